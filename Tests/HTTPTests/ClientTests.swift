import Loop
import Synchronization
import TestKit
import Testing

@testable import HTTP

/// The HTTP client against servers on loopback that send exactly what a test says.
@Suite(.timeLimit(.minutes(1))) struct ClientTests {
    typealias Body = @Sendable (HTTPClient, ScriptedServer, Loop) async throws -> Void

    static func with(
        _ change: @escaping @Sendable (inout HTTPClientSettings) -> Void = { _ in },
        script: @escaping ScriptedServer.Script, _ body: @escaping Body
    ) async throws {
        try await Loops.with { loops in
            let loop = loops.first
            try await ScriptedServer.with(on: loop, script: script) { server in
                var settings = HTTPClientSettings()
                change(&settings)
                let client = HTTPClient(loop: loop, settings: settings)
                defer { client.shutdown() }
                try await body(client, server, loop)
            }
        }
    }

    static func until(_ loop: Loop, _ condition: () -> Bool) async throws {
        try await loop.until("a condition of the test", condition)
    }

    /// The code that a request fails with.
    static func failure(_ operation: () async throws -> Void) async throws -> HTTPClientError.Code? {
        do {
            try await operation()
            return nil
        } catch let error as HTTPClientError {
            return error.code
        }
    }

    /// Answers every request on a connection with "ok".
    static let friendly: ScriptedServer.Script = { connection in
        while true {
            _ = try await connection.read()
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        }
    }

    static let deaf: ScriptedServer.Script = { connection in
        _ = try await connection.readToEnd()
    }

    final class Log: Sendable {
        private let lines = Mutex<[String]>([])
        func append(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    // MARK: - Right answers

    @Test func `a request goes out as it was given, and the response comes in whole`() async throws {
        let log = Log()
        try await Self.with(script: { connection in
            log.append(try await connection.read())
            try await connection.send(
                "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 404 Nope\r\nX-One:  a \r\nX-Two:\r\nContent-Length: 5\r\n\r\nhello"
            )
        }) { client, server, _ in
            var request = ClientRequest(.get, server.url("/a%20b?c=d"))
            request.headers.add("X-Key", "value")
            request.headers.add("X-Empty", "")
            let response = try await client.send(request)
            let body = try await response.body.whole()
            #expect(response.status == .notFound)
            #expect(
                response.headers["X-One"] == "a" && response.headers["X-Two"] == "" && !response.headers.has("Link"))
            #expect(body == Array("hello".utf8))
            let sent = log.all[0]
            #expect(sent.hasPrefix("GET /a%20b?c=d HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\n"))
            #expect(sent.contains("\r\nX-Key: value\r\n") && sent.contains("\r\nX-Empty:"))
        }
    }

    @Test(arguments: [Method.post, .put, .patch, .delete])
    func `a body of bytes is sent with its length and nothing invented`(_ method: Method) async throws {
        let log = Log()
        try await Self.with(script: { connection in
            log.append(try await connection.read())
            log.append(String(decoding: try await connection.read(count: 4), as: UTF8.self))
            try await connection.send("HTTP/1.1 204 No Content\r\n\r\n")
        }) { client, server, _ in
            let response = try await client.send(ClientRequest(method, server.url(), body: .bytes(Array("data".utf8))))
            let body = try await response.body.whole()
            #expect(response.status == .noContent && body.isEmpty)
            #expect(log.all[0].hasPrefix("\(method.rawValue) / HTTP/1.1\r\n") && log.all[1] == "data")
            #expect(log.all[0].contains("\r\nContent-Length: 4\r\n"))
            #expect(!log.all[0].contains("Content-Type") && !log.all[0].contains("Expect"))
        }
    }

    @Test func `a HEAD has no body though a length is announced`() async throws {
        try await Self.with(script: { connection in
            _ = try await connection.read()
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n")
        }) { client, server, _ in
            let response = try await client.send(ClientRequest(.head, server.url()))
            let body = try await response.body.whole()
            #expect(body.isEmpty && response.headers["Content-Length"] == "99999999")
        }
    }

    @Test func `a streamed body goes out piece by piece, in chunks if its length is unknown`() async throws {
        let log = Log()
        try await Self.with(script: { connection in
            log.append(try await connection.read())
            log.append(try await connection.read(to: "0\r\n\r\n"))
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        }) { client, server, loop in
            let pieces = Pieces(["one", "two", "three"], loop)
            let body = ClientRequest.Body.stream(length: nil) { try await pieces.next() }
            let response = try await client.send(ClientRequest(.post, server.url(), body: body))
            #expect(response.status == .ok)
            #expect(log.all[0].contains("\r\nTransfer-Encoding: chunked\r\n"))
            #expect(log.all[1] == "3\r\none\r\n3\r\ntwo\r\n5\r\nthree\r\n0\r\n\r\n")
        }
    }

    @Test func `a streamed body that keeps its length is sent with it, and one that doesn't fails`() async throws {
        let log = Log()
        try await Self.with(script: { connection in
            let head = try await connection.read()
            log.append(head)
            // Answers only when all that was announced is there, so that no answer overtakes the source's mistake.
            let length = head.split(separator: "\r\n").first { $0.hasPrefix("Content-Length: ") }?.dropFirst(16)
            let count = length.flatMap { Int($0) } ?? 0
            log.append(String(decoding: try await connection.read(count: count), as: UTF8.self))
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        }) { client, server, loop in
            for (length, expected) in [(6, nil), (7, HTTPClientError.Code.bodySourceFailed), (5, .bodySourceFailed)] {
                let pieces = Pieces(["one", "two"], loop)
                let body = ClientRequest.Body.stream(length: length) { try await pieces.next() }
                let code = try await Self.failure {
                    _ = try await client.send(ClientRequest(.put, server.url(), body: body))
                }
                #expect(code == expected, "length \(length)")
            }
            #expect(log.all[0].contains("\r\nContent-Length: 6\r\n") && log.all[1] == "onetwo")
        }
    }

    @Test func `a body source that throws ends the request`() async throws {
        struct Broken: Error {}
        try await Self.with(script: Self.deaf) { client, server, _ in
            let body = ClientRequest.Body.stream(length: nil) { throw Broken() }
            let code = try await Self.failure {
                _ = try await client.send(ClientRequest(.post, server.url(), body: body))
            }
            #expect(code == .bodySourceFailed && client.statistics.transfers == 0)
        }
    }

    private actor Pieces {
        private var left: [String]
        private let loop: Loop
        init(_ pieces: [String], _ loop: Loop) { (left, self.loop) = (pieces, loop) }

        func next() async throws -> [UInt8]? {
            try await loop.sleep(for: .milliseconds(1))
            return left.isEmpty ? nil : Array(left.removeFirst().utf8)
        }
    }

    @Test func `a response's body is there piece by piece while the server goes on`() async throws {
        try await Self.with(script: { connection in
            _ = try await connection.read()
            try await connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n")
            // Goes on only when the client has shown that it has the first piece.
            _ = try await connection.readToEnd()
        }) { client, server, loop in
            let response = try await client.send(ClientRequest(.get, server.url()))
            let piece = try await response.body.next()
            #expect(piece == Array("one".utf8) && client.statistics.transfers == 1)
        }
    }

    // MARK: - The pool

    @Test func `connections are used again`() async throws {
        try await Self.with(script: Self.friendly) { client, server, _ in
            for _ in 0..<10 { _ = try await client.send(ClientRequest(.get, server.url())).body.whole() }
            #expect(server.accepted == 1 && client.statistics.connectionsOpened == 1)
        }
    }

    @Test func `two hundred requests at a time run on no more transfers than allowed`() async throws {
        try await Self.with({ $0.transfersMax = 40 }, script: Self.friendly) { client, server, loop in
            let most = Most()
            let good = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<200 {
                    group.addTask(executorPreference: loop) {
                        let response = try await client.send(ClientRequest(.get, server.url()))
                        most.value = max(most.value, client.statistics.transfers)
                        return try await response.body.whole() == Array("ok".utf8)
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(good == 200 && most.value <= 40 && server.accepted <= 40)
            #expect(client.statistics.transfers == 0 && client.statistics.waiting == 0)
        }
    }

    private final class Most: @unchecked Sendable {
        // Touched on the test's loop alone.
        var value = 0
    }

    @Test func `a request beyond the queue is refused at once`() async throws {
        try await Self.with({ ($0.transfersMax, $0.waitingMax) = (1, 1) }, script: Self.deaf) { client, server, loop in
            let running = Task(executorPreference: loop) { try await client.send(ClientRequest(.get, server.url())) }
            let waiting = Task(executorPreference: loop) { try await client.send(ClientRequest(.get, server.url())) }
            try await Self.until(loop) { client.statistics.waiting == 1 }
            let code = try await Self.failure { _ = try await client.send(ClientRequest(.get, server.url())) }
            #expect(code == .tooManyRequests && client.statistics.requestsRefused == 1)
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
            running.cancel()
            await #expect(throws: CancellationError.self) { try await running.value }
            #expect(client.statistics.transfers == 0 && client.statistics.waiting == 0)
        }
    }

    /// A server that answers the first request of each connection and dies on the second.
    private static func dying(_ log: Log) -> ScriptedServer.Script {
        { connection in
            log.append(try await connection.read())
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            log.append(try await connection.read())
        }
    }

    @Test func `a POST on a kept connection that dies is not sent a second time`() async throws {
        let log = Log()
        try await Self.with(script: Self.dying(log)) { client, server, loop in
            _ = try await client.send(ClientRequest(.get, server.url())).body.whole()
            let code = try await Self.failure { _ = try await client.send(ClientRequest(.post, server.url())) }
            #expect(code == .connectionLost)
            #expect(log.all.filter { $0.hasPrefix("POST") }.count == 1)
        }
    }

    @Test func `a GET, and a POST that may be repeated, are sent again when a kept connection dies`() async throws {
        let log = Log()
        try await Self.with(script: Self.dying(log)) { client, server, loop in
            _ = try await client.send(ClientRequest(.get, server.url())).body.whole()
            _ = try await client.send(ClientRequest(.get, server.url())).body.whole()
            var post = ClientRequest(.post, server.url())
            post.repetition = .allowed
            _ = try await client.send(post).body.whole()
            #expect(log.all.map { $0.prefix(4) } == ["GET ", "GET ", "GET ", "POST", "POST"])
        }
    }

    @Test func `a redirect is an answer like others and is not followed`() async throws {
        try await Self.with(script: { connection in
            _ = try await connection.read()
            try await connection.send("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")
            _ = try await connection.readToEnd()
        }) { client, server, _ in
            let response = try await client.send(ClientRequest(.get, server.url()))
            #expect(response.status == .found && response.headers["Location"] == "/elsewhere")
            #expect(server.accepted == 1)
        }
    }

    // MARK: - Backpressure

    @Test func `a server that sends faster than we read is made to wait, and nothing is lost`() async throws {
        let size = 24 << 20
        let sent = Atomic(0)
        try await Self.with(
            { $0.bodyBytesMark = 64 << 10 },
            script: { connection in
                _ = try await connection.read()
                try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
                let piece = [UInt8](repeating: 7, count: 64 << 10)
                for _ in 0..<size / piece.count {
                    try await connection.send(piece)
                    sent.add(piece.count, ordering: .relaxed)
                }
            }
        ) { client, server, loop in
            var request = ClientRequest(.get, server.url())
            request.responseBytesMax = nil
            let response = try await client.send(request)
            // The server stands still: nothing more was sent in a time in which megabytes could have been.
            var before = -1
            while before != sent.load(ordering: .relaxed) {
                before = sent.load(ordering: .relaxed)
                try await loop.sleep(for: .milliseconds(50))
            }
            #expect(before < size)
            var got = 0
            while let piece = try await response.body.next() {
                #expect(piece.count <= (64 << 10) + (16 << 10))
                got += piece.count
            }
            #expect(got == size)
        }
    }
}
