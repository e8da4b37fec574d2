import Loop
import TestKit
import Testing

@testable import Postgres

@Suite(.serialized, .timeLimit(.minutes(2))) struct SQLTests {
    @Test func `a value becomes a bind, a fragment is spliced and renumbered, a name is quoted`() throws {
        let condition: SQL = "lane = \(3) AND kind = \("call")"
        let table = try Identifier("odd \"name\"")
        let sql: SQL = "SELECT \(1) FROM \(table) WHERE \(condition) LIMIT \(Int32(5))"
        #expect(sql.text == "SELECT $1 FROM \"odd \"\"name\"\"\" WHERE lane = $2 AND kind = $3 LIMIT $4")
        #expect(sql.bindTypes == [.int8, .int8, .text, .int4])
        #expect(sql.binds.count == 4)
    }

    @Test func `one place in the source is one statement, whatever its values`() {
        func find(_ id: Int) -> SQL { "SELECT name FROM calls WHERE id = \(id)" }
        #expect(find(1).isSameStatement(as: find(2)))
        #expect(find(1).fingerprint == find(2).fingerprint)
        let other: SQL = "SELECT name FROM calls WHERE id = \(Int32(1))"
        #expect(!find(1).isSameStatement(as: other))
        #expect(SQL(unsafe: "SELECT 1").isSameStatement(as: SQL(unsafe: "SELECT 1")))
        #expect(!SQL(unsafe: "SELECT 1").isSameStatement(as: SQL(unsafe: "SELECT 2")))
    }

    @Test(arguments: ["", String(repeating: "x", count: 64), "a\0b"])
    func `what can't be a name is refused`(name: String) {
        #expect(throws: PostgresError.self) { try Identifier(name) }
    }

    @Test(arguments: [
        ("SELECT 1", true), ("  with a AS (SELECT 1) SELECT * FROM a", true), ("TABLE calls", true), ("SHOW x", true),
        ("INSERT INTO t VALUES (1)", false), ("WITH a AS (DELETE FROM t RETURNING 1) SELECT * FROM a", false),
        ("SELECT * FROM t FOR UPDATE", false), ("SELECT 1 INTO t", false), ("SELECT nextval('s')", false),
        ("BEGIN", false), ("LISTEN x", false), ("SET a = 1", false), ("SELECT updated_at FROM t", true),
    ])
    func `only what plainly reads shares a Sync`(text: String, isPlainRead: Bool) {
        #expect(SQL(unsafe: text).isPlainRead == isPlainRead)
    }

    @Test func `text that is no literal gets into a statement in the migrations alone`() throws {
        let lines = try sourceLines(containing: "unsafe:", under: "Sources")
        let uses = lines.filter { $0.text.contains("SQL(unsafe:") || $0.text.contains("SQL.init(unsafe:") }
        #expect(
            Set(uses.map(\.file)) == [
                "Sources/Platform/Postgres/Migrate/Migrator.swift", "Sources/Platform/Postgres/SQL/SQL.swift",
            ]
                || Set(uses.map(\.file)) == ["Sources/Platform/Postgres/Migrate/Migrator.swift"])
        // `.init(unsafe:` would name the same door without its type.
        #expect(lines.allSatisfy { !$0.text.contains(".init(unsafe:") })
    }

    private static let hostile = [
        "'; DROP TABLE notes; --", "$1", "$$", "\"quoted\"", "back\\slash \\' \\0", "/* comment", "-- comment",
        "☎️ ünïcödé \u{202e}", "%s %n \\(1 + 1)", "", " ", "line\nline\r\n", "NULL", "\\N", "\u{1}\u{7f}",
    ]

    @Test func `hostile text comes back as data`() async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                try await pool.execute("CREATE TABLE notes (id int PRIMARY KEY, body text NOT NULL)")
                for (id, body) in Self.hostile.enumerated() {
                    try await pool.execute("INSERT INTO notes VALUES (\(id), \(body))")
                }
                let rows = try await pool.query("SELECT body FROM notes ORDER BY id")
                #expect(try rows.map { try $0.decode(String.self) } == Self.hostile)
                let whole = try await pool.query("SELECT \(Self.hostile)").one.decode([String].self)
                #expect(whole == Self.hostile)
            }
        }
    }

    @Test func `a NUL in a text is refused before anything is sent`() async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                let error = await #expect(throws: PostgresError.self) {
                    try await pool.query("SELECT \("secret\0secret")")
                }
                #expect(error?.code == .invalidParameter("text with a NUL character"))
                #expect(error?.description.contains("secret") == false)
                #expect(pool.statistics.connectionsLost == 0)
            }
        }
    }
}
