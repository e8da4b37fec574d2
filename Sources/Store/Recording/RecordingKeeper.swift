import Domain
import Journal
package import Loop
import Service
import Wire

/// Puts recordings away when their calls are over: makes sound files of them, brings those to where they are kept, and tells the log. What a
/// process before left, it finds in the folder. On its loop alone, which is why `@unchecked` holds.
package final class RecordingKeeper: @unchecked Sendable {
    /// Where sound files go from the folder; nil where they stay there.
    package typealias Carry = @Sendable (_ path: String, _ key: String, _ byteCount: Int) async throws -> Void

    private let spool: RecordingSpool
    private let ledger: RecordingLedger
    private let lane: Lane
    private let observe: @Sendable (RecordingHappening) -> Void
    private let carry: Carry?
    private let seals: Bool
    /// Not told yet, and not removed yet.
    private var cut: [RecordingHead] = []
    private var failed: Set<RecordingID> = []
    private let counted = Shared(RecordingStatistics())

    /// What it stores is sealed where the ledger has a key for that, unless `seals` is false.
    package init(
        _ spool: RecordingSpool, _ ledger: RecordingLedger, seals: Bool = true, carry: Carry? = nil,
        observe: @escaping @Sendable (RecordingHappening) -> Void = { _ in }
    ) throws(SystemError) {
        (self.spool, self.ledger, self.seals, self.carry, self.observe) = (spool, ledger, seals, carry, observe)
        lane = try Lane(name: "recordings")
    }

    package var statistics: RecordingStatistics { counted.with { $0 } }

    /// Once. True if nothing is left that could have been put away.
    package func round() async -> Bool {
        do {
            let settled = try await spool.settled()
            failed.formUnion(settled.failed)
            cut += settled.cut
            while let head = cut.first {
                try await giveUp(head)
                cut.removeFirst()
            }
            while let recording = failed.first {
                try await remove(spool.path(of: recording))
                failed.remove(recording)
            }
            let folder = spool.folder
            let names = try await lane.run { try KeptFile.names(in: folder, suffix: RecordingSpool.suffix) }
            var isDone = true
            for name in names where !Task.isCancelled {
                if await !keep("\(folder)/\(name)") { isDone = false }
            }
            return isDone
        } catch {
            observe(.notStored(error))
            return false
        }
    }

    /// False if it has to be tried again.
    private func keep(_ path: String) async -> Bool {
        do {
            guard let found = try await lane.run({ try SpooledRecording.find(path) }) else { return true }
            do {
                guard try await store(found.head, path) else { return true }
            } catch {
                guard error is RecordingIsEmpty || found.age > spool.limits.giveUpAfter else { throw error }
                try await giveUp(found.head)
                for isSealed in [false, true] {
                    try await remove("\(spool.folder)/\(found.head.key(isSealed: isSealed))")
                }
            }
            try await remove(path)
            return true
        } catch {
            count { $0.tries += 1 }
            observe(.notStored(error))
            return false
        }
    }

    /// False if somebody else has it by now.
    private func store(_ head: RecordingHead, _ path: String) async throws -> Bool {
        let (spool, seal) = (spool, seals ? try await ledger.seal(for: head) : nil)
        guard let made = try await lane.run({ try SoundFile.make(of: path, spool, seal) }) else { return false }
        // Its process was killed before there was any.
        if made.soundBytes == 0 { throw RecordingIsEmpty() }
        try await carry?(made.path, made.key, made.storedBytes)
        try await ledger.stored(made.fact, head, at: carry == nil ? .folder : .bucket, sealedWith: made.keyID)
        if carry != nil { try await remove(made.path) }
        count {
            $0.stored += 1
            $0.bytesStored += made.byteCount
        }
        observe(.stored(byteCount: made.byteCount, wasCut: made.isCut))
        return true
    }

    private func giveUp(_ head: RecordingHead) async throws {
        try await ledger.failed(head, .storageFailed)
        try await remove(spool.path(of: head.recording))
        count { $0.failed += 1 }
        observe(.failed(.storageFailed))
    }

    private func count(_ change: (inout RecordingStatistics) -> Void) { counted.with { change(&$0) } }

    private func remove(_ path: String) async throws { try await lane.run { _ = try KeptFile.remove(path) } }
}

private struct RecordingIsEmpty: Error {}
