import Crypto
import Glibc
import Postgres
import Store

/// Reads everything and says what is not as promised.
struct Checker {
    let pool: PostgresPool
    /// The writers' ledgers.
    let ledgers: [String]

    struct Report {
        var events = 0
        var effects = 0
        var acknowledged = 0
        var durable = 0
        var violations: [String] = []
    }

    func report() async throws -> Report {
        var report = Report()
        try await loadLedgers(&report)
        report.events = try await count("SELECT count(*) FROM events")
        report.effects = try await count("SELECT count(*) FROM effects")
        report.acknowledged = try await count("SELECT count(*) FROM said WHERE kind = 'A'")
        report.durable = try await count("SELECT count(*) FROM said WHERE kind = 'D'")
        for (words, sql) in Self.laws {
            let broken = try await count(sql)
            if broken > 0 { report.violations.append("\(broken) × \(words)") }
        }
        return report
    }

    /// Each counts what must not be.
    private static let laws: [(String, SQL)] = [
        (
            "an acknowledged event is not where it was said to be",
            """
            SELECT count(*) FROM said s WHERE kind = 'A' AND NOT EXISTS (
                SELECT FROM events e WHERE e.stream_id = s.stream_id AND e.version = s.version AND e.event_id = s.event_id)
            """
        ),
        (
            "a record that the journal had made durable is not in the log",
            "SELECT count(*) FROM said s WHERE kind = 'D' AND NOT EXISTS (SELECT FROM events e WHERE e.event_id = s.event_id)"
        ),
        (
            "an event is in the log more than once",
            "SELECT count(*) FROM (SELECT FROM events GROUP BY event_id HAVING count(*) > 1) d"
        ),
        (
            "a lane has a hole",
            "SELECT count(*) FROM (SELECT FROM events GROUP BY lane HAVING count(*) <> max(position)) d"
        ),
        (
            "a stream has a hole",
            "SELECT count(*) FROM (SELECT FROM events GROUP BY stream_id HAVING count(*) <> max(version)) d"
        ),
        (
            "a stream's versions do not ascend in its lane",
            """
            SELECT count(*) FROM (
                SELECT version - lag(version, 1, 0) OVER (PARTITION BY stream_id ORDER BY lane, position) AS step FROM events
            ) d WHERE step <> 1
            """
        ),
        (
            "an event has had no effect",
            """
            SELECT count(*) FROM events e
            WHERE NOT EXISTS (SELECT FROM effects f WHERE f.lane = e.lane AND f.position = e.position)
            """
        ),
        (
            "an event has had its effect more than once",
            "SELECT count(*) FROM (SELECT FROM effects GROUP BY lane, position HAVING count(*) > 1) d"
        ),
        (
            "an effect has no event",
            """
            SELECT count(*) FROM effects f WHERE NOT EXISTS (
                SELECT FROM events e WHERE e.lane = f.lane AND e.position = f.position AND e.event_id = f.event_id)
            """
        ),
        (
            "effects of a stream are out of order",
            """
            SELECT count(*) FROM (
                SELECT version - lag(version, 1, 0) OVER (PARTITION BY stream_id ORDER BY number) AS step FROM effects
            ) d WHERE step <> 1
            """
        ),
    ]

    private func count(_ sql: SQL) async throws -> Int {
        Int(try await pool.query(sql, timeout: .seconds(120)).one.decode(Int64.self))
    }

    // MARK: - Ledgers

    private func loadLedgers(_ report: inout Report) async throws {
        try await pool.execute(
            "CREATE TABLE said (kind text, stream_id uuid, version int, event_id uuid, writer text)")
        for path in ledgers {
            var kinds: [String] = []
            var streams: [UUID] = []
            var versions: [Int32] = []
            var events: [UUID] = []
            for line in try Self.lines(of: path) {
                if line.hasPrefix("V ") {
                    report.violations.append(String(line.dropFirst(2)))
                    continue
                }
                let words = line.split(separator: " ")
                guard words.count == 4, let stream = UUID(String(words[1])), let version = Int32(words[2]),
                    let event = UUID(String(words[3]))
                else { throw Trouble("\(path) has a line that can't be read") }
                kinds.append(String(words[0]))
                streams.append(stream)
                versions.append(version)
                events.append(event)
            }
            var start = 0
            while start < kinds.count {
                let part = start..<min(start + 20_000, kinds.count)
                start = part.upperBound
                try await pool.execute(
                    """
                    INSERT INTO said (kind, stream_id, version, event_id) SELECT * FROM unnest(
                        \(Array(kinds[part])), \(Array(streams[part])), \(Array(versions[part])), \(Array(events[part])))
                    """, timeout: .seconds(60))
            }
        }
        try await pool.execute("CREATE INDEX ON effects (lane, position)", timeout: .seconds(60))
        try await pool.execute("CREATE INDEX ON events (event_id)", timeout: .seconds(60))
    }

    private static func lines(of path: String) throws -> [Substring] {
        guard let file = fopen(path, "r") else { throw Trouble("\(path) can't be read") }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }
}
