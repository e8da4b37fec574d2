import Glibc
import Loop
import TestKit
import Testing

/// The three executables as an operator meets them.
@Suite(.timeLimit(.minutes(2)), .serialized) struct ExecutableTests {
    private static let names = ["ledgerline-api", "ledgerline-realtime", "ledgerline-workers"]
    private static let absent = ["DATABASE_URL": "postgresql://x@127.0.0.1:1/x", "REDIS_URL": "redis://127.0.0.1:1"]

    private func run(
        _ name: String, _ arguments: [String] = [], _ environment: [String: String] = absent
    ) async throws -> (code: Int32, output: String) {
        try await RunningProcess.with(BuiltProducts.executable(name), arguments, environment: environment) { process in
            (await process.exit(), process.output)
        }
    }

    /// Nil while nobody answers.
    private static func status(of path: String, _ port: UInt16) async throws -> Int? {
        let connection: RawConnection
        do { connection = try await RawConnection(port: port) } catch RawConnection.Failure.connect { return nil }
        try await connection.send("GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        return try await connection.response().status
    }

    @Test(arguments: names) func `help says what it is and lists the settings`(name: String) async throws {
        let (code, output) = try await run(name, ["--help"])
        #expect(code == 0)
        #expect(output.hasPrefix("\(name) ") && output.contains("PORT") && output.contains("DATABASE_URL"))
    }

    @Test(arguments: names) func `check finds good settings good and bad ones bad`(name: String) async throws {
        #expect(try await run(name, ["--check"]).code == 0)
        let bad = try await run(name, ["--check"], ["PORT": "no", "LEDGERLINE_ENV": "production"])
        #expect(bad.code == 78)
        #expect(bad.output.contains("PORT is not a port") && bad.output.contains("DATABASE_URL is not set"))
        #expect(try await run(name, ["--chekc"]).code == 64)
    }

    @Test(arguments: names) func `it serves without its servers, and a signal ends it in order`(name: String)
        async throws
    {
        let port = try FreePort.find()
        let environment = Self.absent.merging([
            "PORT": "\(port)", "LEDGERLINE_ADDRESS": "127.0.0.1", "LEDGERLINE_LOG_FORMAT": "json",
        ]) { $1 }
        try await Loops.with { loops in
            try await RunningProcess.with(BuiltProducts.executable(name), environment: environment) { process in
                try await loops.first.until("it says that it is not ready") {
                    try await Self.status(of: "/readyz", port) == 503
                }
                process.send(SIGTERM)
                #expect(await process.exit() == 0)
                #expect(process.output.contains("\"event\":\"ended\""))
            }
        }
    }

    @Test func `a port that is taken ends it with the reason`() async throws {
        let listener = try Socket.listen("127.0.0.1", port: 0)
        defer { Socket.close(listener) }
        let port = try Socket.localPort(listener)
        let environment = Self.absent.merging(["PORT": "\(port)", "LEDGERLINE_ADDRESS": "127.0.0.1"]) { $1 }
        let (code, output) = try await run("ledgerline-api", [], environment)
        #expect(code == 1)
        #expect(output.contains("bind: Address already in use"))
    }
}
