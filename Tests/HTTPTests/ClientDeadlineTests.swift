import Loop
import TestKit
import Testing

@testable import HTTP

/// Each deadline reached, and none reached by mistake.
@Suite(.timeLimit(.minutes(1))) struct ClientDeadlineTests {
    struct Late: CustomStringConvertible, Sendable {
        let name: HTTPDeadlines.Name
        let scheme: String
        let script: ScriptedServer.Script
        let change: @Sendable (inout HTTPDeadlines) -> Void

        var description: String { name.rawValue }
    }

    static let all = [
        // The TCP connection stands, but TLS belongs to connecting, and this server never begins it.
        Late(name: .connect, scheme: "https", script: ClientTests.deaf) { $0.connect = .milliseconds(30) },
        Late(name: .firstByte, scheme: "http", script: ClientTests.deaf) { $0.firstByte = .milliseconds(30) },
        Late(
            name: .idle, scheme: "http",
            script: { connection in
                _ = try await connection.read()
                try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
                _ = try await connection.readToEnd()
            }
        ) { $0.idle = .milliseconds(30) },
        Late(
            name: .total, scheme: "http",
            script: { connection in
                _ = try await connection.read()
                try await connection.send("HTTP/1.1 200 OK\r\n\r\n")
                while true {
                    try await connection.send("x")
                    try await connection.loop.sleep(for: .milliseconds(2))
                }
            }
        ) { $0.total = .milliseconds(60) },
    ]

    @Test(arguments: all) func `a deadline that passes ends the request and is named`(_ late: Late) async throws {
        try await ClientTests.with(script: late.script) { client, server, _ in
            var request = ClientRequest(.get, "\(late.scheme)://127.0.0.1:\(server.port)/")
            late.change(&request.deadlines)
            let code = try await ClientTests.failure { _ = try await client.send(request).body.whole() }
            #expect(code == .deadline(late.name) && client.statistics.transfers == 0)
        }
    }

    @Test func `waiting for a free transfer counts towards the total`() async throws {
        try await ClientTests.with({ $0.transfersMax = 1 }, script: ClientTests.deaf) { client, server, loop in
            let first = Task(executorPreference: loop) { try await client.send(ClientRequest(.get, server.url())) }
            try await ClientTests.until(loop) { client.statistics.transfers == 1 }
            var request = ClientRequest(.get, server.url())
            request.deadlines.total = .milliseconds(20)
            let code = try await ClientTests.failure { _ = try await client.send(request) }
            #expect(code == .deadline(.total) && client.statistics.waiting == 0)
            first.cancel()
            await #expect(throws: CancellationError.self) { try await first.value }
        }
    }

    @Test func `a reader who takes his time doesn't make the server idle`() async throws {
        try await ClientTests.with(
            { $0.bodyBytesMark = 1 << 10 },
            script: { connection in
                _ = try await connection.read()
                let size = 8 << 20
                try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
                try await connection.send([UInt8](repeating: 1, count: size))
            }
        ) { client, server, loop in
            var request = ClientRequest(.get, server.url())
            request.deadlines.idle = .milliseconds(40)
            let response = try await client.send(request)
            try await loop.sleep(for: .milliseconds(120))
            let body = try await response.body.whole()
            #expect(body.count == 8 << 20)
        }
    }
}
