import HTTP
import TestKit
import Testing

/// What a server must answer to requests that are right, odd, or attacks, byte by byte over loopback.
@Suite(.timeLimit(.minutes(1))) struct ConformanceTests {
    private static let post = "POST /len HTTP/1.1\r\nHost: x\r\n"
    private static let get = "GET /ping HTTP/1.1\r\nHost: x\r\n"

    private func with(
        _ settings: @escaping @Sendable (inout ServerSettings) -> Void = { _ in },
        _ body: @escaping @Sendable (ServerUnderTest) async throws -> Void
    ) async throws {
        try await ServerUnderTest.with(router: ProbeRoutes.router(), settings: settings, body: body)
    }

    struct Refusal: CustomStringConvertible, Sendable {
        let description: String
        let request: String
        let status: Int
        let fault: RequestFault

        init(_ description: String, _ status: Int, _ fault: RequestFault, _ request: String) {
            self.description = description
            self.request = request
            self.status = status
            self.fault = fault
        }

        /// A request with a body of which the headers say something that can't be.
        static func headers(_ description: String, _ status: Int, _ fault: RequestFault, _ headers: String) -> Refusal {
            Refusal(description, status, fault, ConformanceTests.post + headers + "\r\n0\r\n\r\n")
        }
    }

    static let refusals: [Refusal] = [
        .headers("length and chunks", 400, .ambiguousLength, "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
        .headers("chunks and length", 400, .ambiguousLength, "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
        .headers("two lengths", 400, .badContentLength, "Content-Length: 5\r\nContent-Length: 6\r\n"),
        .headers("one length twice", 400, .badContentLength, "Content-Length: 5\r\nContent-Length: 5\r\n"),
        .headers("length +5", 400, .badContentLength, "Content-Length: +5\r\n"),
        .headers("length 5, 5", 400, .badContentLength, "Content-Length: 5, 5\r\n"),
        .headers("length -1", 400, .badContentLength, "Content-Length: -1\r\n"),
        .headers("length 0x5", 400, .badContentLength, "Content-Length: 0x5\r\n"),
        .headers("no length", 400, .badContentLength, "Content-Length: \r\n"),
        .headers("length that overflows", 400, .badContentLength, "Content-Length: 99999999999999999999\r\n"),
        .headers("unknown coding", 501, .unsupportedTransferCoding, "Transfer-Encoding: xchunked\r\n"),
        .headers("two codings", 501, .unsupportedTransferCoding, "Transfer-Encoding: chunked, identity\r\n"),
        .headers(
            "coding twice", 400, .ambiguousLength, "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"),
        .headers("control before coding", 400, .badHeader, "Transfer-Encoding: \u{b}chunked\r\n"),
        .headers("blank before colon", 400, .badHeader, "Content-Length : 5\r\n"),
        .headers("folded header", 400, .badHeader, "X-A: b\r\n c\r\nContent-Length: 5\r\n"),
        .headers("bare CR", 400, .badHeader, "X-A: b\rTransfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
        .headers("NUL in a value", 400, .badHeader, "X-A: b\0c\r\nContent-Length: 5\r\n"),
        .headers("blank in a name", 400, .badHeader, "X A: b\r\nContent-Length: 5\r\n"),
        .headers("no name", 400, .badHeader, ": b\r\n"),
        .headers("no colon", 400, .badHeader, "X-A\r\n"),
        .headers("two hosts", 400, .badHost, "Host: y\r\nContent-Length: 5\r\n"),
        .headers("other expectation", 417, .unmetExpectation, "Expect: tea\r\n"),
        Refusal("no host", 400, .badHost, "GET /ping HTTP/1.1\r\n\r\n"),
        Refusal("bare LF", 400, .badRequestLine, "GET /ping HTTP/1.1\nHost: x\n\n"),
        Refusal("bare LF after a header", 400, .badHeader, "GET /ping HTTP/1.1\r\nHost: x\n\n"),
        Refusal(
            "chunks in HTTP/1.0", 400, .ambiguousLength, "POST /len HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
        Refusal("version 2", 505, .unsupportedVersion, "GET /ping HTTP/2.0\r\nHost: x\r\n\r\n"),
        Refusal("version 1.2", 505, .unsupportedVersion, "GET /ping HTTP/1.2\r\nHost: x\r\n\r\n"),
        Refusal("version in small letters", 400, .badRequestLine, "GET /ping http/1.1\r\nHost: x\r\n\r\n"),
        Refusal("no version", 400, .badRequestLine, "GET /ping\r\nHost: x\r\n\r\n"),
        Refusal("two blanks", 400, .badRequestLine, "GET  /ping HTTP/1.1\r\nHost: x\r\n\r\n"),
        Refusal("unknown method", 501, .unknownMethod, "BREW /ping HTTP/1.1\r\nHost: x\r\n\r\n"),
        Refusal("garbage", 400, .badRequestLine, "\u{1}\u{2}\u{3} what is this\r\n\r\n"),
        Refusal("target that is no path", 400, .badTarget, "GET ping HTTP/1.1\r\nHost: x\r\n\r\n"),
        Refusal("broken percent encoding", 400, .badTarget, "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n"),
        Refusal("encoded NUL", 400, .badTarget, "GET /a%00b HTTP/1.1\r\nHost: x\r\n\r\n"),
        Refusal("encoded bytes that are no text", 400, .badTarget, "GET /%ff HTTP/1.1\r\nHost: x\r\n\r\n"),
        Refusal("broken query", 400, .badTarget, "GET /ping?a=%4 HTTP/1.1\r\nHost: x\r\n\r\n"),
        Refusal(
            "target too long", 414, .targetTooLong,
            "GET /ping?" + String(repeating: "a", count: 9_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"),
        Refusal(
            "head too large", 431, .headTooLarge,
            "GET /ping HTTP/1.1\r\nHost: x\r\nX-Big: " + String(repeating: "a", count: 9_000) + "\r\n\r\n"),
        Refusal(
            "too many headers", 431, .headTooLarge,
            "GET /ping HTTP/1.1\r\nHost: x\r\n" + String(repeating: "A: b\r\n", count: 101) + "\r\n"),
        Refusal("length over the limit", 413, .bodyTooLarge, post + "Content-Length: 104857600\r\n\r\n"),
        Refusal("chunk over the limit", 413, .bodyTooLarge, post + "Transfer-Encoding: chunked\r\n\r\n200000\r\n"),
        Refusal(
            "chunk size ended by LF", 400, .badChunk, post + "Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n"),
        Refusal("chunk size too long", 400, .badChunk, post + "Transfer-Encoding: chunked\r\n\r\nfffffffff\r\n"),
        Refusal(
            "chunk without end", 400, .badChunk, post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n"),
        Refusal("no chunk size", 400, .badChunk, post + "Transfer-Encoding: chunked\r\n\r\n\r\n"),
        Refusal(
            "signed chunk size", 400, .badChunk, post + "Transfer-Encoding: chunked\r\n\r\n+5\r\nhello\r\n0\r\n\r\n"),
        Refusal(
            "extensions without end", 400, .badChunk,
            post + "Transfer-Encoding: chunked\r\n\r\n5;" + String(repeating: "x", count: 9_000)
                + "\r\nhello\r\n0\r\n\r\n"),
        Refusal(
            "trailers without end", 431, .trailersTooLarge,
            post + "Transfer-Encoding: chunked\r\n\r\n0\r\nA: " + String(repeating: "x", count: 9_000) + "\r\n\r\n"),
        Refusal(
            "folded trailer", 400, .badChunk, post + "Transfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n c\r\n\r\n"),
    ]

    @Test(arguments: refusals)
    func `what could be understood in two ways is refused, and nothing behind it is read`(refusal: Refusal) async throws
    {
        try await with { under in
            let responses = try await under.exchange(refusal.request + Self.get + "\r\n")
            #expect(responses.map(\.status) == [refusal.status])
            let response = try #require(responses.first)
            #expect(response["Connection"] == "close")
            #expect(response["Content-Type"] == "application/problem+json")
            #expect(response.text.contains("\"code\":\"\(refusal.fault.rawValue)\""))
            #expect(under.server.statistics.faults == [refusal.fault: 1])
            #expect(under.server.statistics.requests == 0)
        }
    }

    @Test func `a chunked body with extension and trailer is read`() async throws {
        try await with { under in
            let responses = try await under.exchange(
                Self.post
                    + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nTrailer: a\r\n\r\n"
            )
            #expect(responses.map(\.text) == ["11"])
        }
    }

    @Test func `requests sent byte by byte are answered like any other`() async throws {
        try await with { under in
            let connection = try await under.connect()
            let text = "\r\n" + Self.post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nA: b\r\n\r\n"
            for byte in text.utf8 { try await connection.send([byte]) }
            #expect(try await connection.response().text == "5")
            let second = Self.post + "Content-Length: 3\r\n\r\nabc"
            for byte in second.utf8 { try await connection.send([byte]) }
            #expect(try await connection.response().text == "3")
        }
    }

    @Test func `pipelined requests are answered in order, though one of them waits`() async throws {
        try await with { under in
            let connection = try await under.connect()
            let ping = Self.get + "\r\n"
            let sleep = "GET /sleep HTTP/1.1\r\nHost: x\r\n\r\n"
            let header = "GET /header HTTP/1.1\r\nHost: x\r\ntelnyx-signature-ed25519: Z\r\n\r\n"
            try await connection.send(String(repeating: ping, count: 5) + sleep + header)
            var texts: [String] = []
            for _ in 0..<7 { texts.append(try await connection.response().text) }
            #expect(texts == Array(repeating: "{\"status\":\"ok\"}", count: 5) + ["slept", "Z"])
        }
    }

    @Test func `a client that waits for 100 hears it, and one that has sent its body does not`() async throws {
        try await with { under in
            let connection = try await under.connect()
            let head = Self.post + "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n"
            try await connection.send(head)
            #expect(try await connection.response().status == 100)
            try await connection.send("hello")
            #expect(try await connection.response().text == "5")
            try await connection.send(head + "hello")
            let response = try await connection.response()
            #expect(response.status == 200 && response.text == "5")
        }
    }

    @Test func `an expected body that is too large is refused instead of asked for`() async throws {
        try await with { under in
            let responses = try await under.exchange(
                Self.post + "Content-Length: 99999999\r\nExpect: 100-continue\r\n\r\n")
            #expect(responses.map(\.status) == [413])
        }
    }

    @Test(arguments: ["Content-Length: 104857600\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n5ffffff\r\n"])
    func `after a refusal only so much is thrown away before the connection is cut`(framing: String) async throws {
        try await with { under in
            let connection = try await under.connect()
            try await connection.send(Self.post + framing)
            #expect(try await connection.response().status == 413)
            _ = try await connection.flood([UInt8](repeating: 120, count: 65_536), upTo: 100_000_000)
            try await under.until { under.server.statistics.connectionsOpen == 0 }
            // What one read brings may cross the limit.
            #expect(under.server.statistics.bytesIn <= 256 * 1024 + 2 * 65_536)
        }
    }

    @Test func `HEAD has the headers of GET and no body`() async throws {
        try await with { under in
            let connection = try await under.connect()
            try await connection.send("HEAD /ping HTTP/1.1\r\nHost: x\r\n\r\n")
            let head = try await connection.response(toHead: true)
            #expect(head.status == 200 && head["Content-Length"] == "15" && head["Date"] != nil)
            try await connection.send(Self.get + "\r\n")
            #expect(try await connection.response().text == "{\"status\":\"ok\"}")
        }
    }

    @Test func `HTTP/1.0 closes unless asked to keep, and Connection: close closes`() async throws {
        try await with { under in
            let old = try await under.exchange("GET /ping HTTP/1.0\r\n\r\n")
            #expect(old.map(\.status) == [200] && old.first?["Connection"] == "close")
            let connection = try await under.connect()
            try await connection.send("GET /ping HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(try await connection.response()["Connection"] == "keep-alive")
            try await connection.send("GET /ping HTTP/1.0\r\n\r\n")
            #expect(try await connection.response()["Connection"] == "close")
            #expect(try await connection.read().isEmpty)
            let closed = try await under.exchange(Self.get + "Connection: foo, Close\r\n\r\n")
            #expect(closed.first?["Connection"] == "close")
        }
    }

    @Test func `a response larger than every buffer arrives whole`() async throws {
        try await with { under in
            let connection = try await under.connect()
            try await connection.send("GET /big HTTP/1.1\r\nHost: x\r\n\r\n")
            let body = try await connection.response().body
            #expect(body.count == 8_000_000 && body.allSatisfy { $0 == 120 })
        }
    }

    @Test func `a handler's Problem is told, and any other error is a bare 500 that keeps the connection`() async throws
    {
        try await with { under in
            let connection = try await under.connect()
            try await connection.send("GET /problem HTTP/1.1\r\nHost: x\r\n\r\nGET /broken HTTP/1.1\r\nHost: x\r\n\r\n")
            let problem = try await connection.response()
            #expect(problem.status == 409)
            #expect(
                problem.text
                    == #"{"type":"about:blank","title":"Conflict","status":409,"code":"taken","detail":"someone \"else\" has it"}"#
            )
            let broken = try await connection.response()
            #expect(broken.status == 500 && !broken.text.contains("Broken"))
            let isTold = under.happenings.all.contains {
                if case .handlerFailed(let error, let request) = $0 {
                    return error is ProbeRoutes.Broken && request.path == "/broken"
                }
                return false
            }
            #expect(isTold)
            try await connection.send(Self.get + "\r\n")
            #expect(try await connection.response().status == 200)
        }
    }
}
