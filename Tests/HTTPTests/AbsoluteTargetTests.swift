import HTTP
import TestKit
import Testing

/// Targets that name their server, as clients of proxies send them (RFC 9112 §3.2.2).
@Suite(.timeLimit(.minutes(1))) struct AbsoluteTargetTests {
    /// What the server makes of one request line.
    private func exchange(_ line: String, host: String = "Host: other\r\n") async throws -> [RawResponse] {
        try await ServerUnderTest.with(handler: { request in
            .text("\(request.headers.values(of: .host).joined(separator: ",")) \(request.target) \(request.path)")
        }) { under in
            try await under.exchange("\(line)\r\n\(host)Connection: close\r\n\r\n")
        }
    }

    @Test(arguments: [
        ("GET http://a.example/x%20y?z=1 HTTP/1.1", "a.example /x%20y?z=1 /x y"),
        ("GET HTTP://A.example:8080/ HTTP/1.1", "A.example:8080 / /"),
        ("GET https://a.example HTTP/1.1", "a.example / /"), ("GET http://a.example?z=1 HTTP/1.1", "a.example /?z=1 /"),
        ("GET http://127.0.0.1:80/p HTTP/1.1", "127.0.0.1:80 /p /p"),
        ("GET http://[::1]:80/p HTTP/1.1", "[::1]:80 /p /p"),
        ("GET http://a.example:/p HTTP/1.1", "a.example: /p /p"),
        ("GET http://a.example//http://b/ HTTP/1.1", "a.example //http://b/ //http://b/"),
        ("OPTIONS http://a.example HTTP/1.1", "a.example * *"), ("OPTIONS http://a.example/ HTTP/1.1", "a.example / /"),
        ("OPTIONS * HTTP/1.1", "other * *"),
    ])
    func `the host of the target counts, and its path is served`(line: String, seen: String) async throws {
        let responses = try await exchange(line)
        #expect(responses.map(\.status) == [200] && responses.first?.text == seen)
    }

    @Test func `in HTTP/1.0 the target's host stands for the missing header`() async throws {
        #expect(try await exchange("GET http://a/p HTTP/1.0", host: "").first?.text == "a /p /p")
        #expect(try await exchange("GET http://a/p HTTP/1.1", host: "").map(\.status) == [400])
    }

    @Test(arguments: [
        "ftp://a/p", "ws://a/p", "file:///etc/passwd", "http:/a/p", "http:a", "http://", "http:///p", "http://?q",
        "http://user@a/p", "http://user:word@a/p", "http://a:x/p", "http://a:99999/p", "http://a:+1/p",
        "http://a:80:80/p",
        "http://[::1/p", "http://[]/p", "http://[g]/p", "http://[::1]x/p", "http://a,b/p", "http://a%2fb/p",
        "http://a\\b/p",
        "http://a/p#f", "http://a#f", "http://a/%zz", "http://a/?q=%4", "httpx://a/p", "a.example:80", "*", "**", "*/p",
    ])
    func `what is malformed, or no address of ours, is refused`(target: String) async throws {
        let responses = try await exchange("GET \(target) HTTP/1.1")
        #expect(responses.map(\.status) == [400])
        #expect(responses.first?.text.contains("\"bad_target\"") == true)
    }

    @Test func `the asterisk is for OPTIONS alone, and CONNECT is no method of ours`() async throws {
        #expect(try await exchange("POST * HTTP/1.1").map(\.status) == [400])
        #expect(try await exchange("CONNECT a.example:443 HTTP/1.1").map(\.status) == [501])
    }
}
