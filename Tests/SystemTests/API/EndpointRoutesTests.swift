import Crypto
import Domain
import Postgres
import Store
import TestKit
import Testing
import Wire

/// Endpoints that webhooks go to, as they are made, changed and given up.
@Suite(.timeLimit(.minutes(4)), .serialized) struct EndpointRoutesTests {
    private static let new = #"{"url":"https://example.org/hook","description":"d","events":["call.*","user.created"]}"#

    @Test func `an endpoint is made, changed and removed, and its secret is shown once`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.developer).access
            let made = try await api.post("/webhook-endpoints", token: token, Self.new)
            #expect(made.status == 201 && made.raw["etag"] == "\"v1\"", "\(made.raw.text)")
            let (id, secret) = (try made.id(), try #require(try made.text("secret")))
            #expect(secret.hasPrefix("whsec_"))
            #expect(try Base64.standard.decode(String(secret.dropFirst(6))).count == WebhookLimits.secretBytes)
            let path = "/webhook-endpoints/\(id)"
            let read = try await api.get(path, token: token)
            #expect(read.status == 200 && !read.raw.text.contains(secret.dropFirst(6)))
            #expect(try read.json["events"] == .array([.string("call.*"), .string("user.created")]))
            #expect(try read.json["enabled"] == .bool(true) && read.json["disabled_reason"] == .null)

            let changed = try await api.patch(
                path, token: token, #"{"description":null,"enabled":false}"#, headers: ["If-Match": "\"v1\""])
            #expect(changed.status == 200 && changed.raw["etag"] == "\"v2\"", "\(changed.raw.text)")
            #expect(try changed.json["description"] == .null && changed.text("disabled_reason") == "by_user")
            #expect(try changed.text("url") == "https://example.org/hook")
            let same = try await api.patch(path, token: token, #"{"enabled":false}"#)
            #expect(try same.number("version") == 2, "what changes nothing is no change")
            let late = try await api.patch(path, token: token, "{}", headers: ["If-Match": "\"v1\""])
            #expect(late.status == 412)
            let rotated = try await api.post("\(path)/rotate", token: token, "")
            #expect(try rotated.text("secret") != secret && rotated.number("version") == 3)

            let theirs = try await api.tokens(.owner, of: api.second).access
            let viewer = try await api.tokens(.analyst).access
            for (method, more, body) in [
                ("GET", "", nil), ("PATCH", "", #"{"enabled":true}"#), ("POST", "/rotate", ""), ("POST", "/test", ""),
                ("GET", "/deliveries", nil), ("POST", "/replay", #"{"from_time":"\#(Timestamp.now)"}"#),
                ("DELETE", "", nil),
            ] as [(String, String, String?)] {
                let path = "/api/v1\(path)\(more)"
                #expect(try await api.ask(method, path, token: theirs, body: body).status == 404, "\(method) \(path)")
                #expect(try await api.ask(method, path, token: viewer, body: body).status == 403, "\(method) \(path)")
            }
            #expect(try await api.get("/webhook-endpoints", token: theirs).data.isEmpty)
            let replay = try await api.post(
                "\(path)/replay", token: token, #"{"from_time":"\#(Timestamp.now)"}"#)
            #expect(try replay.code == "endpoint_disabled")
            let list = try await api.get("/webhook-endpoints?include_total=true", token: token)
            #expect(try list.number("total") == 1 && list.data.map { $0["id"]?.text } == [id])
            #expect(try await api.delete(path, token: token, headers: ["If-Match": "\"v1\""]).status == 412)
            #expect(try await api.delete(path, token: token).status == 204)
            #expect(try await api.delete(path, token: token).status == 404)
        }
    }

    @Test func `what is no endpoint is told by its pointer, up to each limit`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.developer).access
            func text(_ count: Int) -> String { String(repeating: "a", count: count) }
            func list(_ count: Int) -> String { Array(repeating: #""*""#, count: count).joined(separator: ",") }
            let id = try await api.post("/webhook-endpoints", token: token, Self.new).id()
            let base = "https://example.org/"
            let most = WebhookLimits.urlLength.upperBound - base.utf8.count
            for (good, bad, pointer) in [
                (#"{"url":"\#(base)\#(text(most))"}"#, #"{"url":"\#(base)\#(text(most + 1))"}"#, "/url"),
                (#"{"url":"http://example.org/"}"#, #"{"url":"ftp://example.org/"}"#, "/url"),
                (#"{"url":"https://example.org:8443"}"#, #"{"url":"https://u:p@example.org"}"#, "/url"),
                (#"{"url":"https://[2606:4700::1]/"}"#, #"{"url":"https://[::ffff:10.0.0.1]/"}"#, "/url"),
                (#"{"url":"https://1.1.1.1/"}"#, #"{"url":"https://169.254.169.254/latest"}"#, "/url"),
                (#"{"url":"https://example.org"}"#, #"{"url":"example.org"}"#, "/url"),
                (#"{"description":"\#(text(500))"}"#, #"{"description":"\#(text(501))"}"#, "/description"),
                (#"{"events":[\#(list(50))]}"#, #"{"events":[\#(list(51))]}"#, "/events"),
                (#"{"events":["*"]}"#, #"{"events":[]}"#, "/events"),
                (#"{"events":["webhook_endpoint.*"]}"#, #"{"events":["calls.*"]}"#, "/events"),
                (#"{"enabled":true}"#, #"{"enabled":"yes"}"#, "/enabled"),
                ("{}", #"{"secret":"whsec_mine"}"#, "/secret"),
            ] {
                let taken = try await api.patch("/webhook-endpoints/\(id)", token: token, good)
                #expect(taken.status == 200, "\(good.prefix(60)): \(taken.raw.text.suffix(300))")
                let refused = try await api.patch("/webhook-endpoints/\(id)", token: token, bad)
                let pointers = try refused.pointers
                #expect(refused.status == 422 && pointers == [pointer], "\(bad.prefix(60)): \(pointers)")
            }
            #expect(try await api.post("/webhook-endpoints", token: token, "{}").pointers == ["/url"])
            for _ in 1..<WebhookLimits.endpointsMax {
                #expect(try await api.post("/webhook-endpoints", token: token, Self.new).status == 201)
            }
            let more = try await api.post("/webhook-endpoints", token: token, Self.new)
            #expect(try more.status == 409 && more.code == "too_many_endpoints")
            // Another organization's are counted for itself.
            let theirs = try await api.tokens(.developer, of: api.second).access
            #expect(try await api.post("/webhook-endpoints", token: theirs, Self.new).status == 201)
        }
    }

    @Test func `in production addresses are encrypted, and none is private`() async throws {
        try await APIUnderTest.with(["LEDGERLINE_ENV": "test"]) { api in
            let token = try await api.tokens(.developer).access
            for url in ["http://example.org/", "https://127.0.0.1/", "https://2130706433/", "https://0x7f.1/"] {
                let refused = try await api.post("/webhook-endpoints", token: token, #"{"url":"\#(url)"}"#)
                #expect(try refused.pointers == ["/url"], "\(url): \(refused.raw.text)")
            }
        }
    }
}
