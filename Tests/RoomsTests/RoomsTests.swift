import Foundation
import Testing

/// Who may import whom, held against every file of this checkout.
struct RoomsTests {
    @Test func `every file imports only what its room may`() {
        let violations = Repository.swiftFiles.filter { $0.path != "Package.swift" }.flatMap {
            ImportRule.violations(in: $0)
        }
        #expect(violations.isEmpty, "\(violations.list)")
    }

    @Test func `every folder with sources is a room of the table`() throws {
        let known = Set(Room.all.map(\.folder))
        let folders =
            try Repository.folders(in: "Sources").filter { $0 != "Platform" && $0 != "C" }.map { "Sources/\($0)" }
            + Repository.folders(in: "Sources/Platform").map { "Sources/Platform/\($0)" }
            + Repository.folders(in: "Tests").map { "Tests/\($0)" }
        #expect(folders.filter { !known.contains($0) } == [])
        #expect(folders.count > 20, "the checkout was not found: \(Repository.folder.path)")
    }

    @Test func `every room of the table is a folder`() {
        let missing = (Room.platform + Room.house + Room.executables).filter {
            !FileManager.default.fileExists(atPath: Repository.folder.appending(path: $0.folder).path)
        }
        #expect(missing.map(\.folder) == [])
    }

    @Test func `foreign headers come without Swift`() {
        #expect(Repository.swiftFiles.filter { $0.isBelow("Sources/C") }.map(\.path) == [])
    }

    @Test func `a foreign library has one room`() {
        let libraries = [
            "CLinux", "CPostgres", "CRedis", "CCurl", "CSodium", "CZlib", "CEmbedding", "CFlite",
            "CSilero", "CSphinx", "CVosk",
        ]
        for library in libraries {
            #expect(Room.all.filter { $0.imports.contains(library) }.count == 1, "\(library)")
        }
    }

    @Test(arguments: [
        ("Sources/API/Calls.swift", "import CPostgres", "API may not import CPostgres"),
        ("Sources/API/Calls.swift", "import Realtime", "API may not import Realtime"),
        ("Sources/Workers/Main.swift", "import Glibc", "Workers may not import Glibc"),
        ("Sources/Domain/Calls/Call.swift", "import Foundation", "Domain may not import Foundation"),
        ("Sources/Domain/Call.swift", "import struct Foundation.Date", "Domain may not import Foundation"),
        ("Sources/Domain/Call.swift", "import Wire", "Domain may not import Wire"),
        ("Sources/Domain/Call.swift", "import Synchronization", "Domain may not import Synchronization"),
        ("Sources/Store/Log.swift", "import HTTP", "Store may not import HTTP"),
        ("Sources/Providers/Carrier.swift", "package import Postgres", "Providers may not import Postgres"),
        ("Sources/Platform/Wire/Hex.swift", "  @_exported import Loop", "Wire may not import Loop"),
        ("Sources/Platform/HTTP/Client.swift", "@preconcurrency import COpenSSL", "HTTP may not import COpenSSL"),
        ("Sources/Platform/Postgres/Pool.swift", "import Foundation", "Postgres may not import Foundation"),
        ("Sources/Platform/Loop/Loop.swift", "import Domain // because", "Loop may not import Domain"),
        ("Tests/DomainTests/CallTests.swift", "@testable import Store", "DomainTests may not import Store"),
        ("Tests/PostgresTests/PoolTests.swift", "import CPostgres", "PostgresTests may not import CPostgres"),
    ])
    func `an import through the wall is caught`(path: String, line: String, reason: String) {
        let file = SwiftFile(path: path, text: "// first\n\(line)\n")
        #expect(ImportRule.violations(in: file) == [Violation(path: path, line: 2, reason: reason)])
    }

    @Test func `an import in a folder without a room is caught`() {
        let file = SwiftFile(path: "Sources/Extras/More.swift", text: "import Loop")
        #expect(
            ImportRule.violations(in: file).map(\.description) == [
                "Sources/Extras/More.swift: is in no room that the table knows"
            ])
    }

    @Test(arguments: [
        ("Sources/API/Calls.swift", "import HTTP"),
        ("Sources/Platform/Loop/Loop.swift", "package import Glibc"),
        ("Sources/Platform/Postgres/Pool.swift", "internal import CPostgres"),
        ("Sources/Store/Log.swift", "import Foundation"),
        ("Sources/Domain/Call.swift", "// import Foundation"),
        ("Sources/Domain/Call.swift", "let words = \"import Foundation\""),
        ("Sources/Domain/Call.swift", "/* before\nimport Foundation\n*/"),
        ("Sources/Domain/Call.swift", "let important = 1"),
        ("Tests/StoreTests/LogTests.swift", "@testable import Store"),
    ])
    func `an import through the door passes`(path: String, text: String) {
        #expect(ImportRule.violations(in: SwiftFile(path: path, text: text)) == [])
    }
}
