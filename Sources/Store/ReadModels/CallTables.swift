import Crypto
import Domain
package import Postgres

/// Where a version of the calls' read model stands. Tables of several versions stand side by side, and views without a number
/// point at those that readers ask.
package struct CallTables: Hashable, Sendable {
    package let calls: Identifier
    package let turns: Identifier
    package let segments: Identifier
    package let toolUses: Identifier
    package let counters: Identifier
    package let sums: Identifier

    /// The views that readers ask, whichever version they point at.
    package static let live = CallTables(suffix: "")

    package init(version: Int32) { self.init(suffix: "_v\(version)") }

    private init(suffix: String) {
        calls = Self.name("calls", suffix)
        turns = Self.name("turns", suffix)
        segments = Self.name("transcript_segments", suffix)
        toolUses = Self.name("tool_uses", suffix)
        counters = Self.name("call_counters", suffix)
        sums = Self.name("call_sums", suffix)
    }

    private static func name(_ word: StaticString, _ suffix: String) -> Identifier {
        do { return try Identifier(word.description + suffix) } catch {
            preconditionFailure("\(word)\(suffix) is no name of a table")
        }
    }

    package var all: [Identifier] { [calls, turns, segments, toolUses, counters, sums] }

    package func areThere(in session: PostgresSession) async throws -> Bool {
        let names = all.map(\.name)
        let count = try await session.query("SELECT count(to_regclass(n)) FROM unnest(\(names)) AS n").one
            .decode(Int.self)
        return count == names.count
    }

    /// What was said, as far as it stands here, in the place of a mark: as a fold of the log would have it now.
    func erasingWords(of calls: [UUID]) -> SQL {
        """
        UPDATE \(segments) SET text = \(CallState.erasedText)
        WHERE call_id = ANY (\(calls)) AND text <> \(CallState.erasedText)
        """
    }

    // MARK: - For who owns the database

    /// Empty tables with the shape of another version's, for a rebuild that changes how events are folded and not what is
    /// kept. A version with other columns makes its tables in a migration.
    package func make(like other: CallTables, in session: PostgresSession) async throws {
        try await session.executeBatch(
            zip(all, other.all).flatMap { new, old -> [SQL] in
                [
                    "CREATE TABLE \(new) (LIKE \(old) INCLUDING ALL)",
                    "GRANT SELECT, INSERT, UPDATE, DELETE ON \(new) TO ledgerline_app",
                    "SELECT keep_to_organization(\(new.name)::regclass)",
                ]
            })
    }

    /// Points the readers here. In the transaction that makes the version live, so that nobody reads a mixture.
    package func expose(in session: PostgresSession) async throws {
        try await session.executeBatch(
            zip(Self.live.all, all).flatMap { view, table -> [SQL] in
                [
                    "DROP VIEW IF EXISTS \(view)",
                    // As its reader, not as its owner, whom no policy binds.
                    "CREATE VIEW \(view) WITH (security_invoker = true) AS SELECT * FROM \(table)",
                    "GRANT SELECT ON \(view) TO ledgerline_app, ledgerline_tenant",
                ]
            })
    }

    /// What two versions are compared by: a row count and a digest for each table, whatever the
    /// order of the rows.
    package func digests(in session: PostgresSession) async throws -> [String] {
        var digests: [String] = []
        for table in all {
            // A day whose calls turned out to be another day's is no row worth comparing.
            let rows: SQL =
                switch table {
                case counters: "\(table) AS t WHERE calls <> 0"
                case sums: "(\(SumChanges.whole(sums))) AS t"
                default: "\(table) AS t"
                }
            // A sum of hashes: sorting all rows would take memory that a table of this size does not leave.
            let row = try await session.query(
                """
                SELECT count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) || ' '
                    || coalesce(sum(hashtextextended(t::text, 1)::numeric), 0) FROM \(rows)
                """)
            digests.append(try row.one.decode(String.self))
        }
        return digests
    }
}
