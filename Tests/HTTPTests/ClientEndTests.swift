import Glibc
import Loop
import Synchronization
import TestKit
import Testing

@testable import HTTP

/// How a client's request ends when it doesn't end well: each way by its name, and nothing left behind.
@Suite(.timeLimit(.minutes(1))) struct ClientEndTests {
    @Test func `a cancelled request is gone at once, before and after its head`() async throws {
        let closed = Atomic(0)
        try await ClientTests.with(script: { connection in
            if try await connection.read().contains("/head") {
                try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
            }
            _ = try await connection.readToEnd()
            closed.add(1, ordering: .relaxed)
        }) { client, server, loop in
            let early = Task(executorPreference: loop) { try await client.send(ClientRequest(.get, server.url())) }
            early.cancel()
            await #expect(throws: CancellationError.self) { try await early.value }
            let silent = Task(executorPreference: loop) { try await client.send(ClientRequest(.get, server.url())) }
            try await ClientTests.until(loop) { server.accepted == 1 }
            silent.cancel()
            await #expect(throws: CancellationError.self) { try await silent.value }
            let reading = Task(executorPreference: loop) {
                try await client.send(ClientRequest(.get, server.url("/head"))).body.whole()
            }
            try await ClientTests.until(loop) { server.accepted == 2 }
            try await loop.sleep(for: .milliseconds(5))
            reading.cancel()
            await #expect(throws: CancellationError.self) { try await reading.value }
            #expect(client.statistics.transfers == 0)
            try await ClientTests.until(loop) { closed.load(ordering: .relaxed) == 2 }
        }
    }

    @Test func `letting go of a body ends its transfer`() async throws {
        try await ClientTests.with(script: { connection in
            _ = try await connection.read()
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
            _ = try await connection.readToEnd()
        }) { client, server, loop in
            let status = try await client.send(ClientRequest(.get, server.url())).status
            #expect(status == .ok)
            try await ClientTests.until(loop) { client.statistics.transfers == 0 }
        }
    }

    @Test func `shutting down fails what runs and what comes later`() async throws {
        try await ClientTests.with(script: ClientTests.deaf) { client, server, loop in
            let running = Task(executorPreference: loop) {
                try await ClientTests.failure { _ = try await client.send(ClientRequest(.get, server.url())) }
            }
            try await ClientTests.until(loop) { server.accepted == 1 }
            client.shutdown()
            let first = try await running.value
            let later = try await ClientTests.failure { _ = try await client.send(ClientRequest(.get, server.url())) }
            #expect(first == .clientClosed && later == .clientClosed)
        }
    }

    @Test func `a server that dies within the body is a lost connection, after what had come`() async throws {
        try await ClientTests.with(script: { connection in
            let isChunked = try await connection.read().contains("/chunked")
            let framing =
                isChunked ? "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n" : "Content-Length: 10\r\n\r\nhello"
            try await connection.send("HTTP/1.1 200 OK\r\n\(framing)")
        }) { client, server, _ in
            for target in ["/length", "/chunked"] {
                let response = try await client.send(ClientRequest(.get, server.url(target)))
                var got: [UInt8] = []
                let code = try await ClientTests.failure {
                    while let piece = try await response.body.next() { got += piece }
                }
                #expect(code == .connectionLost, "\(target)")
            }
        }
    }

    struct Bad: CustomStringConvertible, Sendable {
        let description: String
        let answer: String
        let code: HTTPClientError.Code
    }

    @Test(arguments: [
        Bad(description: "no HTTP", answer: "220 mail ready\r\n", code: .badResponse),
        Bad(description: "nothing", answer: "", code: .connectionLost),
        Bad(description: "half a head", answer: "HTTP/1.1 200 OK\r\nX: ", code: .connectionLost),
        Bad(
            description: "a length above the limit", answer: "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n",
            code: .bodyTooLarge),
        Bad(
            description: "a head above the limit",
            answer: "HTTP/1.1 200 OK\r\nX: \(String(repeating: "x", count: 5_000))\r\n\r\n", code: .headTooLarge),
        Bad(
            description: "many lines above the limit",
            answer: "HTTP/1.1 200 OK\r\n\(String(repeating: "X: yyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n", count: 200))\r\n",
            code: .headTooLarge),
    ])
    func `an answer that can't be taken is refused by name`(_ bad: Bad) async throws {
        try await ClientTests.with(
            { $0.headBytesMax = 4_096 },
            script: { connection in
                _ = try await connection.read()
                try await connection.send(bad.answer)
            }
        ) { client, server, _ in
            var request = ClientRequest(.get, server.url())
            request.responseBytesMax = 1_000
            let code = try await ClientTests.failure { _ = try await client.send(request) }
            #expect(code == bad.code && client.statistics.transfers == 0)
        }
    }

    @Test func `a socket that the kernel won't watch fails its own request and no other`() async throws {
        let (go, mayGoOn) = AsyncStream.makeStream(of: Void.self)
        try await ClientTests.with(script: { connection in
            _ = try await connection.read()
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no")
            for await _ in go { break }
            try await connection.send("k")
        }) { client, server, loop in
            let running = try await client.send(ClientRequest(.get, server.url()))
            let watch = client.driver.watch
            client.driver.watch = { _, _, _ throws(SystemError) in throw SystemError(call: "epoll_ctl", code: ENOSPC) }
            let code = try await ClientTests.failure { _ = try await client.send(ClientRequest(.get, server.url())) }
            #expect(code == .other && client.statistics.transfers == 1)
            client.driver.watch = watch
            mayGoOn.finish()
            #expect(try await running.body.whole() == Array("ok".utf8))
            let later = try await client.send(ClientRequest(.get, server.url()))
            #expect(try await later.body.whole() == Array("ok".utf8))
        }
    }

    @Test func `a body that grows beyond the limit without saying so is cut off`() async throws {
        try await ClientTests.with(script: { connection in
            _ = try await connection.read()
            try await connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while true { try await connection.send("400\r\n\(String(repeating: "x", count: 1024))\r\n") }
        }) { client, server, _ in
            var request = ClientRequest(.get, server.url())
            request.responseBytesMax = 10_000
            let response = try await client.send(request)
            let code = try await ClientTests.failure { _ = try await response.body.whole() }
            #expect(code == .bodyTooLarge && client.statistics.transfers == 0)
        }
    }

    @Test(arguments: [
        "", "/relative", "ftp://127.0.0.1/", "file:///etc/passwd", "ws://127.0.0.1/", "http://user:secret@127.0.0.1/",
        "http://127.0.0.1/a b", "http://127.0.0.1/\r\nX: y", "http://127.0.0.1:99999/", "http://",
        "http:/127.0.0.1/", "http:///127.0.0.1/", "127.0.0.1/",
    ])
    func `an address that isn't plain http or https is refused`(_ url: String) async throws {
        try await ClientTests.with(script: ClientTests.friendly) { client, server, _ in
            let code = try await ClientTests.failure { _ = try await client.send(ClientRequest(.get, url)) }
            #expect(code == .invalidURL && client.statistics.requestsStarted == 0)
        }
    }

    @Test func `errors say the host and never the path, the query or a header`() async throws {
        try await ClientTests.with(script: { _ in }) { client, server, _ in
            var request = ClientRequest(.get, server.url("/path-secret?key=query-secret"))
            request.headers.add("Authorization", "header-secret")
            do {
                _ = try await client.send(request)
                Issue.record("a server that closes at once gave a response")
            } catch {
                #expect("\(error)".contains("127.0.0.1") && !"\(error) \(String(reflecting: error))".contains("secret"))
            }
        }
    }

    @Test func `a host that doesn't exist and a port nobody listens on are told apart`() async throws {
        try await ClientTests.with(script: ClientTests.friendly) { client, server, _ in
            let unknown = try await ClientTests.failure {
                _ = try await client.send(ClientRequest(.get, "http://nobody.invalid/"))
            }
            #expect(unknown == .unresolved)
            let closed = try await ClientTests.failure {
                _ = try await client.send(ClientRequest(.get, "http://127.0.0.1:1/"))
            }
            #expect(closed == .connectFailed)
        }
    }
}
