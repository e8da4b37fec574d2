import Loop
import Synchronization

/// An HTTP proxy that opens tunnels to ports of this machine (RFC 9110 §9.3.6), as the script of a `ScriptedServer`.
package final class ConnectProxy: Sendable {
    private let lines = Mutex<[String]>([])
    private let allows: Bool

    /// One that does not allow anything answers 403.
    package init(allows: Bool = true) { self.allows = allows }

    /// What was asked of it: the first line of each request.
    package var requests: [String] { lines.withLock { $0 } }

    package func serve(_ client: ScriptedConnection) async throws {
        let head = try await client.read()
        let line = head.split(separator: "\r\n").first.map(String.init) ?? ""
        lines.withLock { $0.append(line) }
        let words = line.split(separator: " ")
        guard allows, words.first == "CONNECT", let port = words[1].split(separator: ":").last.flatMap({ UInt16($0) })
        else { return try await client.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n") }
        let server = try await ScriptedConnection.open(to: port, on: client.loop)
        defer { server.close() }
        try await client.send("HTTP/1.1 200 OK\r\n\r\n")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await Self.pass(from: client, to: server) }
            group.addTask { try await Self.pass(from: server, to: client) }
            // Whoever ends first ends the tunnel.
            try await group.next()
            group.cancelAll()
        }
    }

    private static func pass(from source: ScriptedConnection, to target: ScriptedConnection) async throws {
        while case let bytes = try await source.readSome(), !bytes.isEmpty { try await target.send(bytes) }
    }
}
