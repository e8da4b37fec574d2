import Testing
import Wire

@testable import HTTP

@Suite struct WebSocketHandshakeTests {
    private static let headers: KeyValuePairs<HeaderName, String> = [
        "Host": "x", "Upgrade": "websocket", "Connection": "keep-alive, Upgrade", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    ]

    private static func judge(
        _ method: HTTP.Method = .get, _ policy: WebSocketHandshake.Policy = .init(),
        _ change: (inout Headers) -> Void = { _ in }
    ) throws -> WebSocketHandshake.Verdict {
        var headers = Headers(headers)
        change(&headers)
        return WebSocketHandshake.judge(try #require(Request(method, "/ws", headers: headers)), policy)
    }

    private static func agreement(_ verdict: WebSocketHandshake.Verdict) -> WebSocketHandshake.Agreement? {
        if case .accepted(let agreement) = verdict { agreement } else { nil }
    }

    private static func status(_ verdict: WebSocketHandshake.Verdict) -> Status {
        switch verdict {
        case .accepted(let agreement): agreement.response.status
        case .refused(let response): response.status
        }
    }

    @Test func `the standard's example is answered with the standard's answer`() throws {
        let response = try #require(Self.agreement(try Self.judge())).response
        #expect(response.status == .switchingProtocols)
        #expect(response.headers["Sec-WebSocket-Accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        #expect(response.headers["Upgrade"] == "websocket" && response.headers["Connection"] == "Upgrade")
        #expect(!response.headers.has("Sec-WebSocket-Protocol") && !response.headers.has("Sec-WebSocket-Extensions"))
    }

    @Test func `another method is no handshake`() throws { #expect(Self.status(try Self.judge(.post)) == .badRequest) }

    @Test(arguments: ["8", "0", "13, 8", ""]) func `another version is told ours`(_ version: String) throws {
        let verdict = try Self.judge { $0.set("Sec-WebSocket-Version", version) }
        guard case .refused(let response) = verdict else { throw Unexpected() }
        #expect(response.status == .upgradeRequired && response.headers["Sec-WebSocket-Version"] == "13")
    }

    struct Unexpected: Error {}

    @Test(arguments: [
        ("Upgrade", "h2c"), ("Connection", "keep-alive"), ("Sec-WebSocket-Key", ""), ("Sec-WebSocket-Key", "c2hvcnQ="),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ="), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZR=="),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25j!Q=="), ("Sec-WebSocket-Extensions", "; ;"),
    ])
    func `a header that is wrong is refused`(_ name: String, _ value: String) throws {
        let header = try #require(HeaderName(name))
        #expect(Self.status(try Self.judge { $0.set(header, value) }) == .badRequest)
    }

    @Test func `a header that is missing or there twice is refused`() throws {
        for name: HeaderName in ["Upgrade", "Connection", "Sec-WebSocket-Key"] {
            #expect(Self.status(try Self.judge { $0.remove(name) }) == .badRequest)
        }
        #expect(Self.status(try Self.judge { $0.add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==") }) == .badRequest)
    }

    @Test func `our dearest subprotocol among those offered is chosen`() throws {
        var policy = WebSocketHandshake.Policy()
        policy.subprotocols = ["v2", "v1"]
        let both = try Self.judge(.get, policy) { $0.add("Sec-WebSocket-Protocol", "v1, v2") }
        #expect(Self.agreement(both)?.subprotocol == "v2")
        let none = try Self.judge(.get, policy) { $0.add("Sec-WebSocket-Protocol", "v3") }
        #expect(Self.agreement(none)?.subprotocol == nil && Self.status(none) == .switchingProtocols)
    }

    @Test func `an origin that the policy forbids is refused with 403`() throws {
        var policy = WebSocketHandshake.Policy()
        policy.allowsOrigin = { $0 == "https://ours.test" }
        #expect(Self.status(try Self.judge(.get, policy) { $0.add("Origin", "https://theirs.test") }) == .forbidden)
        #expect(Self.status(try Self.judge(.get, policy)) == .forbidden)
        #expect(
            Self.status(try Self.judge(.get, policy) { $0.add("Origin", "https://ours.test") }) == .switchingProtocols)
    }

    @Test(arguments: [
        ("permessage-deflate", true), ("permessage-deflate; client_max_window_bits", true),
        ("permessage-deflate; client_max_window_bits=10; server_no_context_takeover", true),
        ("permessage-deflate; client_max_window_bits=\"10\"", true), ("PerMessage-Deflate", true),
        ("permessage-deflate; server_max_window_bits=10", false),
        ("permessage-deflate; server_max_window_bits=10, permessage-deflate", true),
        ("permessage-deflate; client_max_window_bits=16", false),
        ("permessage-deflate; client_max_window_bits=08", false),
        ("permessage-deflate; server_no_context_takeover=1", false), ("permessage-deflate; novelty", false),
        ("permessage-deflate; client_no_context_takeover; client_no_context_takeover", false),
        ("x-webkit-deflate", false),
    ])
    func `compression is agreed on when the offer suits us`(_ offer: String, isTaken: Bool) throws {
        var policy = WebSocketHandshake.Policy()
        policy.compression = .ifOffered
        let agreement = Self.agreement(try Self.judge(.get, policy) { $0.add("Sec-WebSocket-Extensions", offer) })
        #expect(agreement?.isCompressed == isTaken)
        #expect(agreement?.response.headers["Sec-WebSocket-Extensions"] == (isTaken ? WebSocketExtension.deflate : nil))
        let never = Self.agreement(try Self.judge { $0.add("Sec-WebSocket-Extensions", offer) })
        #expect(never?.isCompressed == false)
    }

    // MARK: - The client's half

    private static func answer(_ text: String, _ settings: WebSocketClientSettings = .init()) throws -> Result<
        ClientUpgrade.Agreement?, HTTPClientError.Code
    > {
        let key = try #require(WebSocketKey("dGhlIHNhbXBsZSBub25jZQ=="))
        var upgrade = ClientUpgrade(settings, key: key)
        var position = 0
        let bytes = Array(text.utf8)
        do throws(HTTPClientError.Code) { return .success(try upgrade.take(bytes.span, from: &position)) } catch {
            return .failure(error)
        }
    }

    private static func switching(_ more: String = "", accept: String = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") -> String {
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: \(accept)\r\n\(more)\r\n"
    }

    @Test func `an answer is taken when it proves that it understood`() throws {
        #expect(try Self.answer(Self.switching()) == .success(.init(subprotocol: nil, isCompressed: false)))
        #expect(try Self.answer(Self.switching(accept: "AAAAAAAAAAAAAAAAAAAAAAAAAAA=")) == .failure(.badResponse))
        #expect(try Self.answer(String(Self.switching().dropLast(2))) == .success(nil))
        #expect(try Self.answer("HTTP/1.1 403 No\r\n\r\n") == .failure(.upgradeRefused(403)))
        #expect(try Self.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") == .failure(.upgradeRefused(200)))
        #expect(try Self.answer("SSH-2.0\r\n\r\n") == .failure(.badResponse))
        #expect(
            try Self.answer("HTTP/1.1 101 X\r\nX: \(String(repeating: "y", count: 20_000))") == .failure(.headTooLarge))
    }

    @Test func `a server may agree only to what was offered`() throws {
        var settings = WebSocketClientSettings()
        #expect(try Self.answer(Self.switching("Sec-WebSocket-Protocol: v1\r\n")) == .failure(.badResponse))
        #expect(
            try Self.answer(Self.switching("Sec-WebSocket-Extensions: permessage-deflate\r\n"))
                == .failure(.badResponse))
        settings.subprotocols = ["v1"]
        settings.compression = .offered
        let both = Self.switching(
            "Sec-WebSocket-Protocol: v1\r\nSec-WebSocket-Extensions: \(WebSocketExtension.deflate)\r\n")
        #expect(try Self.answer(both, settings) == .success(.init(subprotocol: "v1", isCompressed: true)))
        // Without this the server's messages would depend on each other.
        let takeover = Self.switching("Sec-WebSocket-Extensions: permessage-deflate\r\n")
        #expect(try Self.answer(takeover, settings) == .failure(.badResponse))
    }

    @Test func `the request offers what it was told to and no two keys are alike`() throws {
        var settings = WebSocketClientSettings()
        settings.headers.add("Authorization", "Bearer x")
        settings.subprotocols = ["v1", "v2"]
        settings.compression = .offered
        let url = try #require(ClientURL.webSocket("wss://h.test/a?b=c"))
        var requests: Set<String> = []
        for _ in 0..<2 {
            var queue = ByteQueue()
            ClientUpgrade(settings).appendRequest(for: url, to: &queue)
            let text = String(decoding: queue.copied(), as: UTF8.self)
            #expect(text.hasPrefix("GET /a?b=c HTTP/1.1\r\nHost: h.test\r\n") && text.hasSuffix("\r\n\r\n"))
            #expect(
                text.contains("\r\nSec-WebSocket-Protocol: v1, v2\r\n")
                    && text.contains("\r\nAuthorization: Bearer x\r\n"))
            requests.insert(text)
        }
        #expect(requests.count == 2)
    }
}
