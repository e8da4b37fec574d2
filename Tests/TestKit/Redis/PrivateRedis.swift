import Glibc
package import Loop

/// A redis-server of one test's own: on a Unix socket in a folder of its own, with nothing kept on disk.
package struct PrivateRedis {
    package let socket: String
    package let process: ChildProcess

    package var address: String { "unix://\(socket)" }

    /// Runs a server in `folder` while `body` runs. The same folder may be used again: that is a restart.
    package static func with<Value>(
        in folder: TemporaryFolder, _ arguments: [String] = [], on loop: Loop,
        _ body: (PrivateRedis) async throws -> Value
    ) async throws -> Value {
        let socket = folder.path("redis.sock")
        // A killed server leaves its socket behind, and the next one takes it over.
        let always = ["--port", "0", "--unixsocket", socket, "--dir", folder.path, "--save", "", "--appendonly", "no"]
        let log = folder.path("redis.log")
        return try await ChildProcess.with("redis-server", always + arguments, output: log) { process in
            try await loop.until("redis-server's readiness") { !process.isRunning || accepts(socket) }
            guard process.isRunning else { throw NeverHappened(what: "redis-server stays alive", patience: .zero) }
            return try await body(PrivateRedis(socket: socket, process: process))
        }
    }

    /// The same with a folder for this once.
    package static func with<Value>(
        _ arguments: [String] = [], on loop: Loop, _ body: (PrivateRedis) async throws -> Value
    ) async throws -> Value {
        try await TemporaryFolder.with { folder in
            try await with(in: folder, arguments, on: loop, body)
        }
    }

    private static func accepts(_ socket: String) -> Bool {
        do throws(SystemError) {
            Socket.close(try Socket.connect(to: SocketAddress(path: socket)))
            return true
        } catch {
            // Not there yet, or only what a killed one left behind.
            return false
        }
    }
}
