import Postgres

extension Rebuild {
    /// The versions that are live, by name.
    package static func liveVersions(through source: LogSource) async throws -> [ConsumerName] {
        try await source.query("SELECT name, version FROM live_consumers ORDER BY name", site: #function)
            .compactMap { row in
                let (name, version) = try row.decode(String.self, Int32.self)
                return ConsumerName(name, version: version)
            }
    }
}
