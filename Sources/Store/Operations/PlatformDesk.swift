/// What an organization's owners may know of the platform they are on. It names nobody: positions, counts, seconds.
package struct PlatformDesk: Sendable {
    private let database: TenantDatabase

    package init(_ database: TenantDatabase) { self.database = database }

    /// Every consumer, by its name.
    package func consumers() async throws -> [ConsumerStanding] {
        // Lanes are everybody's: behind the wall each would end with the asker's own last event.
        let source = LogSource.pool(database.pool)
        let live = Set(try await Rebuild.liveVersions(through: source).map(\.description))
        let parked = Dictionary(try await ParkedCount.read(through: source).map { ($0.consumer, $0) }) { one, _ in one }
        let lags = Dictionary(grouping: try await ConsumerLag.read(through: source), by: \.consumer)
        return lags.sorted { $0.key < $1.key }.map { name, lanes in
            ConsumerStanding(name: name, lanes: lanes, parked: parked[name], isLive: live.contains(name))
        }
    }
}

/// A consumer in all its lanes.
package struct ConsumerStanding: Sendable {
    package enum State: String, Hashable, Sendable, CaseIterable {
        case live, building, retired
    }

    package let name: String
    package let lanes: [ConsumerLag]
    package let state: State
    package let parkedCalls: Int
    package let deadLetters: Int64

    package var lag: Int64 { lanes.reduce(0) { $0 + $1.events } }
    package var lagSeconds: Double { lanes.map(\.seconds).max() ?? 0 }

    init(name: String, lanes: [ConsumerLag], parked: ParkedCount?, isLive: Bool) {
        self.name = name
        self.lanes = lanes
        state = lanes.contains(where: \.isRetired) ? .retired : isLive ? .live : .building
        parkedCalls = parked?.streams ?? 0
        deadLetters = parked?.letters ?? 0
    }
}
