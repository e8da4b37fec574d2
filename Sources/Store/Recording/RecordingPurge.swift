import Domain

/// Removes recordings whose time is over, or whose customer was erased: first the sound, then it is written down. Done again, it does no harm.
package struct RecordingPurge: Sendable {
    /// Takes a recording away by its key, if it is there.
    package typealias Remove = @Sendable (_ key: String) async throws -> Void

    private let ledger: RecordingLedger
    private let places: [RecordingPlace: Remove]

    package init(_ ledger: RecordingLedger, _ places: [RecordingPlace: Remove]) {
        (self.ledger, self.places) = (ledger, places)
    }

    /// How many went.
    package func run(stopping: () -> Bool = { false }) async throws -> Int {
        var count = 0
        for (place, remove) in places {
            while !stopping() {
                let page = try await ledger.gone(from: place)
                for (recording, key) in page {
                    try await remove(key)
                    try await ledger.removed(recording)
                    count += 1
                }
                if page.count < RecordingLedger.pageMax { break }
            }
        }
        return count
    }
}
