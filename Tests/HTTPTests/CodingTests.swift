import TestKit
import Testing

@testable import HTTP

/// gzip on the way in and on the way out.
@Suite(.timeLimit(.minutes(1))) struct CodingTests {
    private static let text = String(repeating: "the same again and again. ", count: 200)

    private static func post(_ body: [UInt8], _ coding: String) -> [UInt8] {
        Array(
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Encoding: \(coding)\r\nContent-Length: \(body.count)\r\n\r\n".utf8)
            + body
    }

    private func send(_ bytes: [UInt8], limit: Int = 1 << 20) async throws -> RawResponse {
        try await ServerUnderTest.with(handler: { request in
            .text("\(request.body.count) \(request.headers[.contentEncoding] ?? "plain")")
        }) {
            $0.limits.message.bodyBytes = limit
        } body: { under in
            let connection = try await under.connect()
            try await connection.send(bytes)
            return try await connection.response()
        }
    }

    @Test func `a packed request reaches its handler unpacked`() async throws {
        let response = try await send(Self.post(Gzip.compress(Array(Self.text.utf8).span), "gzip"))
        #expect(response.text == "\(Self.text.utf8.count) plain")
    }

    @Test func `a request that unpacks to more than the limit is refused`() async throws {
        let bomb = Gzip.compress([UInt8](repeating: 0, count: 5_000_000).span)
        #expect(bomb.count < 10_000)
        #expect(try await send(Self.post(bomb, "gzip"), limit: 10_000).status == 413)
    }

    @Test func `a body that is not what its coding says, and an unknown coding, are refused`() async throws {
        #expect(try await send(Self.post(Array("plain".utf8), "gzip")).status == 400)
        #expect(try await send(Self.post(Array("plain".utf8), "br")).status == 415)
        #expect(try await send(Self.post(Array("plain".utf8), "identity")).text == "5 identity")
    }

    private func pack(_ response: Response, accepting coding: String?) throws -> Response {
        var headers = Headers()
        if let coding { headers.add(.acceptEncoding, coding) }
        var response = response
        Coding.pack(&response, for: try #require(Request(.get, "/", headers: headers)))
        return response
    }

    @Test(arguments: ["gzip", "br, GZIP", "deflate;q=0.5, gzip;q=1.0"])
    func `a client that takes gzip gets it`(coding: String) throws {
        let packed = try pack(.text(Self.text), accepting: coding)
        #expect(packed.headers[.contentEncoding] == "gzip" && packed.headers[.vary] == "Accept-Encoding")
        guard case .bytes(let bytes) = packed.body else { throw Problem.internalError }
        #expect(bytes.count < Self.text.utf8.count / 5)
        #expect(try Gzip.decompress(bytes.span, limit: 1 << 20) == Array(Self.text.utf8))
    }

    @Test(arguments: [nil, "br", "gzip;q=0", "gzip; q=0.000", "xgzip"])
    func `a client that does not gets the plain bytes, and caches are told`(coding: String?) throws {
        let plain = try pack(.text(Self.text), accepting: coding)
        #expect(plain.headers[.contentEncoding] == nil && plain.headers[.vary] == "Accept-Encoding")
        #expect(plain.body.length == Self.text.utf8.count)
    }

    @Test func `what is small, packed already, a part, or no text goes as it is`() throws {
        let bytes = Body.bytes(Array(Self.text.utf8))
        let responses: [Response] = [
            .text(String(repeating: "a", count: Coding.packedBytesMin - 1)),
            .text(Self.text).with(.contentEncoding, "br"),
            Response(.ok, ContentType("image/png"), body: bytes), Response(.ok, body: bytes),
            Response(.partialContent, .plain, body: bytes),
        ]
        for response in responses {
            let length = response.body.length
            #expect(try pack(response, accepting: "gzip").body.length == length)
        }
        let least = Response.text(String(repeating: "a", count: Coding.packedBytesMin))
        #expect(try pack(least, accepting: "gzip").headers[.contentEncoding] == "gzip")
    }

    @Test func `what may be a feed goes as it comes`() throws {
        let feed = BodyStream { _ in }
        let ending = BodyStream(length: 5_000, atDrain: .ends) { _ in }
        for stream in [feed, ending] {
            let response = try pack(.stream(.plain, stream), accepting: "gzip")
            #expect(response.headers[.contentEncoding] == nil && response.body.length == stream.length)
        }
    }
}
