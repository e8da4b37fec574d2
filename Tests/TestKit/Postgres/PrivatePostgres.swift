import Foundation
import Loop

/// A Postgres that belongs to one test, to be stopped, killed and frozen at will.
///
/// Its methods run the script on a lane, so that the loop goes on meanwhile.
package final class PrivatePostgres: Sendable {
    package let url: String
    private let folder: String
    private let lane: Lane

    private var settings: String { "LEDGERLINE_STATE='\(folder)' LEDGERLINE_TEST_FAST=1" }

    private init(folder: String, url: String, lane: Lane) {
        self.folder = folder
        self.url = url
        self.lane = lane
    }

    /// Starts a fresh server for `body`, and leaves nothing of it behind.
    package static func with<Value>(_ body: (PrivatePostgres) async throws -> Value) async throws -> Value {
        try await with("", body)
    }

    /// Starts a standby that streams from this one, until `promote`.
    package func withStandby<Value>(_ body: (PrivatePostgres) async throws -> Value) async throws -> Value {
        try await Self.with(" \(try following)", body)
    }

    /// Throws away what it has and streams from another server, on the port that it had.
    package func follow(_ primary: PrivatePostgres) async throws {
        let more = "LEDGERLINE_POSTGRES_PORT=\(try listeningPort) \(try primary.following)"
        try await lane.run { [settings] in
            for words in ["kill postgres", "reset postgres --yes"] { _ = try Services.run(settings, words) }
            _ = try Services.run("\(settings) \(more)", "start postgres")
        }
    }

    /// What the script is told of a server that follows this one.
    private var following: String {
        get throws { "LEDGERLINE_POSTGRES_FOLLOWS='host=127.0.0.1 port=\(try listeningPort) user=postgres'" }
    }

    private static func with<Value>(
        _ more: String, _ body: (PrivatePostgres) async throws -> Value
    ) async throws -> Value {
        let lane = try Lane(name: "services")
        let folder = "/var/tmp/ledgerline-test-" + String(UInt64.random(in: 0 ... .max), radix: 36)
        let settings = "LEDGERLINE_STATE='\(folder)' LEDGERLINE_TEST_FAST=1\(more)"
        let script = "\(settings) '\(Services.repository)/deploy/local/services'"
        let guardian = try Guardian("\(script) kill postgres; \(script) reset postgres --yes; rm -rf '\(folder)'")
        let environment = try await lane.run {
            _ = try Services.run(settings, "start postgres")
            return Services.parse(try Services.run(settings, "env postgres"))
        }
        guard let url = environment["DATABASE_OWNER_URL"] else {
            throw Services.Failure(description: "the private server has no address")
        }
        let server = PrivatePostgres(folder: folder, url: url, lane: lane)
        let result: Result<Value, any Error>
        do { result = .success(try await body(server)) } catch { result = .failure(error) }
        try await server.end()
        guardian.dismiss()
        return try result.get()
    }

    /// By TCP nobody is asked for a password.
    package var listeningPort: Int {
        get throws {
            guard let port = URLComponents(string: url)?.port else {
                throw Services.Failure(description: "the private server has no port")
            }
            return port
        }
    }

    /// As the superuser, for whom a test has no other way.
    package var superuserURL: String {
        get throws { "postgresql://postgres@127.0.0.1:\(try listeningPort)/ledgerline" }
    }

    package func start() async throws { try await command("start postgres") }
    package func stop() async throws { try await command("stop postgres") }
    /// SIGKILL to all its processes: a crash.
    package func crash() async throws { try await command("kill postgres") }

    /// SIGSTOP to all its processes: it holds its connections and says nothing.
    package func freeze() async throws { try await signal(SIGSTOP) }
    package func thaw() async throws { try await signal(SIGCONT) }

    private func signal(_ number: Int32) async throws {
        let output = try await command("pid postgres")
        guard let main = Int32(output.split(whereSeparator: \.isWhitespace).last ?? "") else {
            throw Services.Failure(description: "no process id in: \(output)")
        }
        for process in try Self.processes(of: main) { Glibc.kill(process, number) }
    }

    private static func processes(of main: Int32) throws -> [Int32] {
        guard let file = fopen("/proc/\(main)/task/\(main)/children", "r") else {
            throw Services.Failure(description: "process \(main) is gone")
        }
        defer { fclose(file) }
        var text = [UInt8](repeating: 0, count: 65_536)
        let count = fread(&text, 1, text.count, file)
        let children = String(decoding: text[..<count], as: UTF8.self)
        return [main] + children.split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }
    }

    /// With force: a frozen server would not end in good order.
    private func end() async throws {
        try await crash()
        try await lane.run { [settings, folder] in
            _ = try Services.run(settings, "reset postgres --yes")
            guard Services.remove(folder) else { throw Services.Failure(description: "could not remove \(folder)") }
        }
    }

    @discardableResult
    private func command(_ words: String) async throws -> String {
        try await lane.run { [settings] in try Services.run(settings, words) }
    }
}

extension Services {
    static func remove(_ folder: String) -> Bool { system("rm -rf '\(folder)'") == 0 }
}
