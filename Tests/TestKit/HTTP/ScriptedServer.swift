import Glibc
package import Loop

/// A TCP server on loopback that does with every connection what a script says: for proving clients.
package final class ScriptedServer: Watcher, @unchecked Sendable {
    package typealias Script = @Sendable (ScriptedConnection) async throws -> Void

    package let port: UInt16
    /// Connections accepted so far; to be read on the loop.
    package private(set) var accepted = 0
    private let loop: Loop
    private let listener: Int32
    private let script: Script
    private var tasks: [Task<Void, any Error>] = []

    private init(on loop: Loop, _ script: @escaping Script) throws {
        self.loop = loop
        self.script = script
        listener = try Socket.listen("127.0.0.1", port: 0)
        port = try Socket.localPort(listener)
    }

    /// Runs `body` beside a server on the same loop, and cancels what scripts are left.
    package static func with<Value>(
        on loop: Loop, script: @escaping Script, _ body: (ScriptedServer) async throws -> Value
    ) async throws -> Value {
        let server = try ScriptedServer(on: loop, script)
        try loop.watch(server.listener, for: .readable, server)
        let result: Result<Value, any Error>
        do { result = .success(try await body(server)) } catch { result = .failure(error) }
        loop.unwatch(server.listener)
        Socket.close(server.listener)
        for task in server.tasks {
            task.cancel()
            // A script that was cut short is no failure: its client had what it wanted.
            _ = await task.result
        }
        return try result.get()
    }

    package func url(_ target: String = "/") -> String { "http://127.0.0.1:\(port)\(target)" }

    package func ready(_ readiness: Readiness) {
        do {
            while let descriptor = try Socket.accept(listener) {
                accepted += 1
                let connection = ScriptedConnection(descriptor, on: loop)
                // Kept by the server, which cancels and awaits it at its end.
                tasks.append(
                    Task(executorPreference: loop) { [script] in
                        defer { connection.close() }
                        try await script(connection)
                    })
            }
        } catch {
            preconditionFailure("a test's server can't accept: \(error)")
        }
    }
}
