import Glibc
import Loop
import TestKit
import Testing

@testable import HTTP

@Suite(.timeLimit(.minutes(1))) struct StaticFilesTests {
    /// A folder that lasts as long as the test: `site` is served, `secret` lies beside it.
    private final class Folder: Sendable {
        let path: String

        init() throws {
            var template = Array("/tmp/ledgerline-files-XXXXXX".utf8CString)
            let made = try #require(mkdtemp(&template))
            path = String(cString: made)
            mkdir("\(path)/site", 0o755)
            mkdir("\(path)/site/sub", 0o755)
            try write("site/index.html", "<p>home</p>")
            try write("site/app.css", "0123456789")
            try write("site/app.css.gz", "packed")
            try write("site/sub/a b.txt", "spaced")
            try write("site/.hidden", "hidden")
            try write("secret", "secret")
            try write("site/large.bin", String(repeating: "0123456789abcdef", count: 20_000))
            symlink("\(path)/secret", "\(path)/site/leak")
            symlink("app.css", "\(path)/site/inside.css")
            mkfifo("\(path)/site/pipe", 0o644)
        }

        deinit {
            let names = [
                "index.html", "app.css", "app.css.gz", "sub/a b.txt", ".hidden", "large.bin", "leak", "inside.css",
                "pipe",
            ]
            for name in names + ["sub"] { remove("\(path)/site/\(name)") }
            for name in ["/site", "/secret", ""] { remove(path + name) }
        }

        private func write(_ name: String, _ text: String) throws {
            let file = try #require(fopen("\(path)/\(name)", "w"))
            fputs(text, file)
            fclose(file)
        }
    }

    private func get(_ target: String, _ method: Method = .get, _ headers: KeyValuePairs<HeaderName, String> = [:])
        async throws -> (Response, String)
    {
        let folder = try Folder()
        let files = try StaticFiles(root: "\(folder.path)/site", lane: try Lane(name: "files"))
        let router = Router([
            Route(.get, "/{path...}") { (request: Request, path: String) in
                try await files.response(to: request, path: path)
            }
        ])
        let request = try #require(Request(method, target, headers: Headers(headers)))
        let response = try await router.respond(to: request)
        if case .bytes(let bytes) = response.body { return (response, String(decoding: bytes, as: UTF8.self)) }
        return (response, "")
    }

    @Test func `files are served with their type, tag and date`() async throws {
        let (response, text) = try await get("/app.css")
        #expect(response.status == .ok && text == "0123456789")
        #expect(response.contentType?.text == "text/css; charset=utf-8")
        #expect(response.headers[.eTag]?.hasPrefix("\"") == true)
        #expect(response.headers[.lastModified].flatMap { HTTPDate($0) } != nil)
        #expect(try await get("/sub/a%20b.txt").1 == "spaced")
        #expect(try await get("/inside.css").1 == "0123456789")
    }

    @Test(arguments: [
        "/../secret", "/sub/../../secret", "/%2e%2e/secret", "/sub/..%2f..%2fsecret", "/..%5csecret", "/leak",
        "/.hidden",
        "/sub", "/sub/", "/pipe", "/none", "//app.css", "/app.css/", "/app.css/x", "/./app.css",
    ])
    func `nothing outside or hidden, and no folder or pipe, is there`(target: String) async throws {
        await #expect(throws: Never.self) {
            let (response, _) = try await get(target)
            #expect(response.status == .notFound)
        }
    }

    @Test func `a client that takes gzip gets the packed file, with a tag of its own`() async throws {
        let (packed, text) = try await get("/app.css", .get, [.acceptEncoding: "br, gzip"])
        #expect(text == "packed" && packed.headers[.contentEncoding] == "gzip")
        #expect(packed.headers[.vary] == "Accept-Encoding" && packed.contentType?.text == "text/css; charset=utf-8")
        let (plain, other) = try await get("/app.css", .get, [.acceptEncoding: "gzip;q=0"])
        #expect(other == "0123456789" && plain.headers[.contentEncoding] == nil)
    }

    @Test(arguments: [
        ("bytes=0-3", 206, "0123", "bytes 0-3/10"), ("bytes=7-", 206, "789", "bytes 7-9/10"),
        ("bytes=-2", 206, "89", "bytes 8-9/10"), ("bytes=5-99", 206, "56789", "bytes 5-9/10"),
        ("bytes=-99", 206, "0123456789", "bytes 0-9/10"), ("bytes=0-1,3-4", 200, "0123456789", nil),
        ("lines=0-1", 200, "0123456789", nil), ("bytes=3-1", 200, "0123456789", nil),
        ("bytes=a-b", 200, "0123456789", nil),
    ])
    func `one range is honoured, and what is malformed gives the whole`(
        range: String, status: Int, expected: String, place: String?
    ) async throws {
        let (response, text) = try await get("/app.css", .get, [.range: range])
        #expect(Int(response.status.rawValue) == status && text == expected)
        #expect(response.headers[.contentRange] == place)
    }

    @Test func `a range that is not there is 416`() async throws {
        for range in ["bytes=10-", "bytes=-0", "bytes=99-100"] {
            let (response, _) = try await get("/app.css", .get, [.range: range])
            #expect(response.status == .rangeNotSatisfiable && response.headers[.contentRange] == "bytes */10")
        }
    }

    @Test func `what the client has already is not sent again`() async throws {
        let folder = try Folder()
        let files = try StaticFiles(root: "\(folder.path)/site", lane: try Lane(name: "files"))
        func status(_ headers: KeyValuePairs<HeaderName, String>) async throws -> UInt16 {
            let request = try #require(Request(.get, "/app.css", headers: Headers(headers)))
            return try await files.response(to: request, path: "app.css").status.rawValue
        }
        let first = try await files.response(to: try #require(Request(.get, "/app.css")), path: "app.css")
        let tag = try #require(first.headers[.eTag])
        let date = try #require(first.headers[.lastModified])
        #expect(try await status([.ifNoneMatch: tag]) == 304)
        #expect(try await status([.ifNoneMatch: "\"x\", W/\(tag)"]) == 304)
        #expect(try await status([.ifNoneMatch: "*"]) == 304)
        #expect(try await status([.ifNoneMatch: "\"x\"", .ifModifiedSince: date]) == 200)
        #expect(try await status([.ifModifiedSince: date]) == 304)
        #expect(try await status([.ifModifiedSince: "Sun, 06 Nov 1994 08:49:37 GMT"]) == 200)
        #expect(try await status([.range: "bytes=0-1", .ifRange: tag]) == 206)
        #expect(try await status([.range: "bytes=0-1", .ifRange: "\"x\""]) == 200)
    }

    @Test func `a large file is streamed whole, and HEAD tells its length`() async throws {
        let folder = try Folder()
        let files = try StaticFiles(root: "\(folder.path)/site", lane: try Lane(name: "files"))
        try await ServerUnderTest.with(
            handler: { request in try await files.response(to: request, path: "large.bin") }
        ) { under in
            let connection = try await under.connect()
            try await connection.send("HEAD /x HTTP/1.1\r\nHost: x\r\n\r\nGET /x HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await connection.response(toHead: true)["Content-Length"] == "320000")
            let body = try await connection.response().body
            #expect(body.count == 320_000 && body.suffix(16) == Array("0123456789abcdef".utf8))
            try await connection.send("GET /x HTTP/1.1\r\nHost: x\r\nRange: bytes=100000-299999\r\n\r\n")
            #expect(try await connection.response().body.count == 200_000)
        }
    }

    @Test func `a busy lane is answered with 503`() async throws {
        let folder = try Folder()
        let lane = try Lane(name: "files", limit: 1)
        let files = try StaticFiles(root: "\(folder.path)/site", lane: lane)
        let request = try #require(Request(.get, "/app.css"))
        let semaphore = Semaphore()
        let first = Task { try await lane.run { semaphore.wait() } }
        while !semaphore.isAwaited || lane.waiting > 0 { await Task.yield() }
        let second = Task { try await lane.run {} }
        while lane.waiting < 1 { await Task.yield() }
        await #expect { _ = try await files.response(to: request, path: "app.css") } throws: {
            ($0 as? Problem)?.status == .serviceUnavailable
        }
        semaphore.signal()
        _ = try await (first.value, second.value)
    }
}
