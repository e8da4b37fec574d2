import Foundation
import Loop
import Postgres
import TestKit
import Testing

/// `ledgerline`, as an operator and a deployment call it.
@Suite(.timeLimit(.minutes(2)), .serialized) struct MigrateTests {
    private static let folder = BuiltProducts.repository.appending(path: "Migrations").path
    private static let password = "recognisable-p4ssw0rd"

    private static func ledgerline(
        _ arguments: [String], database: String = "postgresql://nobody@127.0.0.1:1/nowhere", folder: String = folder
    ) async throws -> (code: Int32, output: String) {
        let environment = ["DATABASE_URL": database, "LEDGERLINE_MIGRATIONS": folder]
        return try await RunningProcess.with(
            BuiltProducts.executable("ledgerline"), arguments, environment: environment
        ) { process in
            let code = await process.exit()
            return (code, process.output)
        }
    }

    /// The names of the migrations, in order.
    private static func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".sql") }.sorted()
            .map { String($0.dropLast(4)) }
    }

    /// How many relations and extensions a database has.
    private static func contents(of url: String, on loop: Loop) async throws -> Int {
        try await withPool(at: url, on: loop) { pool in
            try await pool.query("SELECT (SELECT count(*) FROM pg_class) + (SELECT count(*) FROM pg_extension)").one
                .decode(Int.self)
        }
    }

    @Test func `an empty database gets every file once`() async throws {
        try await Loops.with { loops in
            try await withEmptyDatabase(on: loops.first) { url in
                let names = try Self.names()
                let first = try await Self.ledgerline(["migrate"], database: url)
                #expect(first.code == 0, "\(first.output)")
                for name in names { #expect(first.output.contains("applied \(name) in "), "\(first.output)") }
                #expect(first.output.hasSuffix("applied \(names.count)\n"))

                let second = try await Self.ledgerline(["migrate"], database: url)
                #expect(second.code == 0)
                #expect(second.output == "up to date\n")
                let recorded = try await withPool(at: url, on: loops.first) { pool in
                    try await pool.query("SELECT count(*) FROM schema_migrations").one.decode(Int.self)
                }
                #expect(recorded == names.count)
            }
        }
    }

    @Test func `two at once apply every file once`() async throws {
        try await Loops.with { loops in
            try await withEmptyDatabase(on: loops.first) { url in
                async let left = Self.ledgerline(["migrate"], database: url)
                async let right = Self.ledgerline(["migrate"], database: url)
                let outcomes = try await [left, right]
                #expect(outcomes.map(\.code) == [0, 0], "\(outcomes)")
                #expect(outcomes.count { $0.output.hasSuffix("up to date\n") } == 1, "\(outcomes)")
            }
        }
    }

    @Test func `a dry run lists what would be applied and changes nothing`() async throws {
        try await Loops.with { loops in
            try await withEmptyDatabase(on: loops.first) { url in
                let before = try await Self.contents(of: url, on: loops.first)
                let names = try Self.names()
                let (code, output) = try await Self.ledgerline(["migrate", "--dry-run"], database: url)
                #expect(code == 0)
                #expect(output == names.map { "would apply \($0)\n" }.joined() + "\(names.count) to apply\n")
                #expect(try await Self.contents(of: url, on: loops.first) == before)
            }
        }
    }

    @Test func `a file that was edited after it had been applied is refused by name`() async throws {
        try await Loops.with { loops in
            try await withEmptyDatabase(on: loops.first) { url in
                try await TemporaryFolder.with { folder in
                    let copy = folder.path("Migrations")
                    try FileManager.default.copyItem(atPath: Self.folder, toPath: copy)
                    #expect(try await Self.ledgerline(["migrate"], database: url, folder: copy).code == 0)
                    let name = try #require(try Self.names().first)
                    let file = URL(filePath: "\(copy)/\(name).sql")
                    try (String(contentsOf: file, encoding: .utf8) + "-- an afterthought\n").write(
                        to: file, atomically: true, encoding: .utf8)
                    for arguments in [["migrate"], ["migrate", "--dry-run"]] {
                        let (code, output) = try await Self.ledgerline(arguments, database: url, folder: copy)
                        #expect(code == 1)
                        #expect(output.contains(name) && output.contains("was edited"), "\(output)")
                    }
                }
            }
        }
    }

    @Test func `a folder that is not there is refused by name`() async throws {
        let (code, output) = try await Self.ledgerline(["migrate"], folder: "/nowhere/at/all")
        #expect(code == 1)
        #expect(output.contains("/nowhere/at/all"))
    }

    @Test(arguments: [["migrate", "--dry"], ["migrate", "now"], ["migrate", "--dry-run", "--force"]])
    func `an option that is not known is answered with the guide`(arguments: [String]) async throws {
        let (code, output) = try await Self.ledgerline(arguments)
        #expect(code == 2)
        #expect(output.contains("unknown option \(arguments.last ?? "")"))
        #expect(output.contains("usage: ledgerline migrate [--dry-run]"))
    }

    @Test(arguments: [[], ["migrat"], ["--version-of-nothing"]])
    func `a command that is not known is answered with the list of commands`(arguments: [String]) async throws {
        let (code, output) = try await Self.ledgerline(arguments)
        #expect(code == 2)
        #expect(output.contains("usage: ledgerline COMMAND") && output.contains("migrate"))
    }

    @Test(arguments: [["--help"], ["-h"], ["help"], ["migrate", "--help"], ["migrate", "-h"]])
    func `help is given gladly`(arguments: [String]) async throws {
        let (code, output) = try await Self.ledgerline(arguments)
        #expect(code == 0)
        #expect(output.contains("usage: ledgerline"))
    }

    @Test(arguments: ["postgresql://a:\(password)@127.0.0.1:1/nowhere", "mysql://a:\(password)@127.0.0.1/x"])
    func `a database that cannot be reached is reported without its password`(url: String) async throws {
        let (code, output) = try await Self.ledgerline(["migrate"], database: url)
        #expect(code == 1)
        #expect(output.hasPrefix("ledgerline migrate: "))
        #expect(!output.contains(Self.password), "\(output)")
    }

    @Test func `a database that does not exist is reported without its password`() async throws {
        var url = try #require(URLComponents(string: try Services.databaseURL))
        (url.path, url.password) = ("/there_is_no_such_database", Self.password)
        let (code, output) = try await Self.ledgerline(["migrate"], database: try #require(url.string))
        #expect(code == 1)
        #expect(output.hasPrefix("ledgerline migrate: postgres: "), "\(output)")
        #expect(!output.contains(Self.password), "\(output)")
    }
}
