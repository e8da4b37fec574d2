import Glibc
import Loop
import TestKit
import Testing

@testable import HTTP

/// Responses that are packed on their way: long ones, and those with a tag.
@Suite(.timeLimit(.minutes(1))) struct PackedResponseTests {
    /// Text of `count` bytes that packs to about a third.
    private static func text(_ count: Int) -> [UInt8] {
        var random = Seeded(UInt64(count))
        return (0..<count).map { _ in UInt8.random(in: 97...102, using: &random) }
    }

    private static let long = text(5_000_000)
    private static let short = text(5_000)

    private static let handler: Handler = { request in
        switch request.path {
        case "/long": Response(.ok, .plain, headers: Headers([.eTag: "\"v1\""]), body: .bytes(long))
        case "/streamed":
            .stream(
                .plain,
                BodyStream(length: long.count) { writer in
                    for start in stride(from: 0, to: long.count, by: 100_000) {
                        try await writer.write(Array(long[start..<start + 100_000]))
                    }
                })
        case "/unkept": .stream(.plain, BodyStream(length: long.count) { try await $0.write(short) })
        case "/overdone": .stream(.plain, BodyStream(length: short.count) { try await $0.write(long) })
        case "/weak": Response(.ok, .plain, headers: Headers([.eTag: "W/\"v1\""]), body: .bytes(short))
        case "/made": Response(.created, .plain, headers: Headers([.eTag: "\"v1\""]), body: .bytes(short))
        default:
            Response(
                .ok, .plain, headers: Headers([.eTag: "\"v1\"", .vary: "Accept-Encoding", .acceptRanges: "bytes"]),
                body: .bytes(short))
        }
    }

    private static func request(_ line: String, _ headers: String = "") -> String {
        "\(line)\r\nHost: x\r\nAccept-Encoding: gzip\r\n\(headers)\r\n"
    }

    private func ask(_ line: String, _ headers: String = "") async throws -> RawResponse {
        try await ServerUnderTest.with(handler: Self.handler) { under in
            let connection = try await under.connect()
            try await connection.send(Self.request(line, headers))
            return try await connection.response(toHead: line.hasPrefix("HEAD"))
        }
    }

    @Test(arguments: ["/long", "/streamed"])
    func `five megabytes arrive whole, in chunks, and others get their turn`(path: String) async throws {
        try await ServerUnderTest.with(handler: Self.handler) { under in
            let connection = try await under.connect()
            let turns = under.loops.first.statistics.turnsTaken
            try await connection.send(Self.request("GET \(path) HTTP/1.1"))
            let response = try await connection.response()
            #expect(response["Content-Encoding"] == "gzip" && response["Transfer-Encoding"] == "chunked")
            #expect(response["Vary"] == "Accept-Encoding" && response["Content-Length"] == nil)
            #expect(response.body.count < Self.long.count / 2)
            #expect(try Gzip.decompress(response.body.span, limit: Self.long.count) == Self.long)
            #expect(under.loops.first.statistics.turnsTaken - turns >= UInt64(Self.long.count / BodyPacker.pieceBytes))
            // The connection goes on.
            try await connection.send(Self.request("GET / HTTP/1.1"))
            #expect(try await connection.response().status == 200)
        }
    }

    @Test func `a client of HTTP/1.0 reads a long one to the end, and a HEAD is told the same as a GET`() async throws {
        let old = try await ask("GET /long HTTP/1.0")
        #expect(old["Content-Encoding"] == "gzip" && old["Transfer-Encoding"] == nil)
        #expect(try Gzip.decompress(old.body.span, limit: Self.long.count) == Self.long)
        let head = try await ask("HEAD /long HTTP/1.1")
        #expect(head["Content-Encoding"] == "gzip" && head["Transfer-Encoding"] == "chunked" && head.body.isEmpty)
    }

    @Test(arguments: ["/unkept", "/overdone"])
    func `a stream that keeps no promise is seen to be broken`(path: String) async throws {
        try await ServerUnderTest.with(handler: Self.handler) { under in
            let connection = try await under.connect()
            try await connection.send(Self.request("GET \(path) HTTP/1.1"))
            let bytes = try await connection.readToEnd()
            #expect(!bytes.suffix(5).elementsEqual("0\r\n\r\n".utf8))
            #expect(under.happenings.all.count == 1)
        }
    }

    @Test func `packed bytes have a tag of their own, and no ranges`() async throws {
        let packed = try await ask("GET / HTTP/1.1")
        #expect(packed["ETag"] == "\"v1-gzip\"" && packed["Content-Encoding"] == "gzip")
        #expect(packed["Vary"] == "Accept-Encoding" && packed["Accept-Ranges"] == nil)
        #expect(try Gzip.decompress(packed.body.span, limit: 10_000) == Self.short)
        #expect(try await ask("GET /weak HTTP/1.1")["ETag"] == "W/\"v1\"")
        let plain = try await ServerUnderTest.with(handler: Self.handler) { under in
            try await under.exchange("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        }
        #expect(plain.first?.body == Self.short && plain.first?["ETag"] == "\"v1\"")
        #expect(plain.first?["Vary"] == "Accept-Encoding" && plain.first?["Accept-Ranges"] == "bytes")
    }

    @Test func `what the client has is not sent again, in whichever form it has it`() async throws {
        for (list, tag) in [
            ("\"v1-gzip\"", "\"v1-gzip\""), ("W/\"v1-gzip\"", "\"v1-gzip\""), ("\"v1\"", "\"v1\""),
            ("\"v0\", \"v1-gzip\"", "\"v1-gzip\""), ("\"v1\", \"v1-gzip\"", "\"v1\""), ("*", "\"v1\""),
        ] {
            for path in ["/", "/long"] {
                let response = try await ask("GET \(path) HTTP/1.1", "If-None-Match: \(list)\r\n")
                #expect(response.status == 304 && response.body.isEmpty, "\(list)")
                #expect(response["ETag"] == tag && response["Vary"] == "Accept-Encoding", "\(list)")
                #expect(response["Content-Encoding"] == nil && response["Content-Type"] == nil)
            }
        }
        #expect(try await ask("GET / HTTP/1.1", "If-None-Match: \"v0\"\r\n").status == 200)
        #expect(try await ask("GET /made HTTP/1.1", "If-None-Match: \"v1\"\r\n").status == 201)
        let posted = try await ask("POST / HTTP/1.1", "If-None-Match: \"v1\"\r\nContent-Length: 0\r\n")
        #expect(posted.status == 200)
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        let file = try #require(fopen(path, "w"))
        defer { fclose(file) }
        #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
    }

    @Test func `files are packed too, but parts of them are not`() async throws {
        try await TemporaryFolder.with { folder in
            try write(Self.long, to: folder.path("long.txt"))
            let files = try StaticFiles(root: folder.path, lane: try Lane(name: "files"))
            try await ServerUnderTest.with(handler: { try await files.response(to: $0, path: "long.txt") }) { under in
                let connection = try await under.connect()
                try await connection.send(Self.request("GET / HTTP/1.1"))
                let whole = try await connection.response()
                #expect(try Gzip.decompress(whole.body.span, limit: Self.long.count) == Self.long)
                let tag = try #require(whole["ETag"])
                #expect(tag.hasSuffix("-gzip\"") && whole["Vary"] == "Accept-Encoding" && whole["Accept-Ranges"] == nil)

                try await connection.send(Self.request("GET / HTTP/1.1", "If-None-Match: \(tag)\r\n"))
                let unchanged = try await connection.response()
                #expect(unchanged.status == 304 && unchanged["ETag"] == tag)

                try await connection.send(Self.request("GET / HTTP/1.1", "Range: bytes=0-9999\r\n"))
                let part = try await connection.response()
                #expect(
                    part.status == 206 && part["Content-Encoding"] == nil && part.body == Array(Self.long[..<10_000]))
                #expect(part["ETag"] != tag)

                // A part of the packed bytes is nothing we could give.
                try await connection.send(
                    Self.request("GET / HTTP/1.1", "Range: bytes=0-9999\r\nIf-Range: \(tag)\r\n"))
                #expect(try await connection.response().status == 200)
            }
        }
    }
}
