import Domain
import Glibc
import Loop
import Postgres
import TestKit
import Testing
import Wire

@testable import API

/// How much one sender may ask, over the real process and the real Redis.
@Suite(.timeLimit(.minutes(4)), .serialized) struct RateLimitTests {
    /// A window so long that nothing comes back while a test runs.
    private static let few = [
        "LEDGERLINE_RATE_WINDOW": "24h", "LEDGERLINE_RATE_READS": "20", "LEDGERLINE_RATE_WRITES": "4",
    ]

    private static func statuses(_ count: Int, _ ask: @escaping @Sendable (Int) async throws -> Int) async throws
        -> [Int: Int]
    {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<count { group.addTask { try await ask(number) } }
            return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
    }

    private static func get(_ path: String, _ token: String, at port: UInt16) async throws -> RawResponse {
        let connection = try await RawConnection(port: port, patience: .seconds(30))
        try await connection.send(
            "GET /api/v1\(path) HTTP/1.1\r\nHost: test\r\nConnection: close\r\nAuthorization: Bearer \(token)\r\n\r\n")
        return try await connection.response()
    }

    @Test func `two processes on one Redis count as one, to the last token`() async throws {
        try await APIUnderTest.with(Self.few) { api in
            let token = try await api.tokens().access
            let environment = Self.few.merging(
                ["DATABASE_URL": api.url, "JWT_SECRET": APIUnderTest.secret], uniquingKeysWith: { $1 })
            try await ProcessUnderTest.with(.api, environment, on: api.owner.loop) { other in
                try await other.untilReady()
                let ports = [api.process.port, other.port]
                let found = try await Self.statuses(60) {
                    try await Self.get("/auth/me", token, at: ports[$0 % 2]).status
                }
                #expect(found == [200: 20, 429: 40])
                // What is written is counted apart, and so is somebody else.
                let write = try await api.post("/api-keys", token: token, #"{"name":"k","scopes":["calls:read"]}"#)
                #expect(write.status == 201)
                let somebody = try await api.tokens(.admin).access
                #expect(try await Self.get("/auth/me", somebody, at: other.port).status == 200)
            }
        }
    }

    @Test func `every answer says what is left, and a refusal when to come again`() async throws {
        try await APIUnderTest.with(Self.few) { api in
            let token = try await api.tokens().access
            let first = try await api.get("/auth/me", token: token)
            #expect(first.raw["ratelimit-policy"] == #""read";q=20;w=86400"#)
            #expect(first.raw["ratelimit"] == #""read";r=19;t=4320"#)
            let missing = try await api.get("/calls/\(api.second.call)", token: token)
            #expect(missing.status == 404 && missing.raw["ratelimit"]?.hasPrefix(#""read";r=18;"#) == true)
            for _ in 0..<18 { #expect(try await api.get("/auth/me", token: token).status == 200) }
            let refused = try await api.get("/auth/me", token: token)
            #expect(refused.status == 429)
            #expect(refused.raw["content-type"] == "application/problem+json")
            #expect(try refused.code == "too_many_requests")
            #expect(refused.raw["ratelimit"]?.hasPrefix(#""read";r=0;t="#) == true)
            let wait = try #require(refused.raw["retry-after"].flatMap { Int($0) })
            #expect((1...4320).contains(wait), "one token, not all of them")
            #expect(try refused.json["detail"]?.text == "try again in \(wait) s")
            let text = try PrometheusText(try await api.process.get("/metrics").text)
            let refusals = text.samples.filter {
                $0.name == "rate_limit_verdicts_total"
                    && $0.labels == ["class": "read", "by": "redis", "verdict": "refused"]
            }
            #expect(refusals.map(\.value) == [1])
        }
    }

    @Test func `a key of the high tier may ask ten times as much`() async throws {
        try await APIUnderTest.with(Self.few) { api in
            let token = try await api.tokens().access
            for (tier, count) in [("standard", 20), ("high", 200)] {
                let made = try await api.post(
                    "/api-keys", token: token, #"{"name":"k","scopes":["calls:read"],"rate_tier":"\#(tier)"}"#)
                let secret = try #require(try made.json["secret"]?.text)
                let answer = try await api.get("/calls", token: secret)
                #expect(answer.raw["ratelimit-policy"] == #""read";q=\#(count);w=86400"#)
                #expect(answer.raw["ratelimit"]?.hasPrefix(#""read";r=\#(count - 1);"#) == true)
            }
        }
    }

    @Test func `webhooks are counted by where they come from, before their signatures`() async throws {
        try await APIUnderTest.with(["LEDGERLINE_RATE_WINDOW": "24h", "LEDGERLINE_RATE_WEBHOOKS": "3"]) { api in
            var found: [Int] = []
            for _ in 0..<5 { found.append(try await api.ask("POST", "/webhooks/stripe", body: "{}").status) }
            #expect(found == [401, 401, 401, 429, 429])
        }
    }

    @Test func `while Redis is away the process counts for itself, says so once, and goes back`() async throws {
        try await Loops.with { loops in
            let port = try FreePort.find()
            let onPort = ["--bind", "127.0.0.1", "--port", "\(port)"]
            try await TemporaryFolder.with { folder in
                try await PrivateRedis.with(in: folder, onPort, on: loops.first) { _ in
                    let own = Self.few.merging(["REDIS_URL": "redis://127.0.0.1:\(port)"], uniquingKeysWith: { $1 })
                    try await APIUnderTest.with(own) { api in
                        let token = try await api.tokens().access
                        #expect(try await api.get("/auth/me", token: token).raw["ratelimit"] == #""read";r=19;t=4320"#)
                        let last = try await RawConnection(port: port)
                        try await last.send("SHUTDOWN NOSAVE\r\n")
                        _ = try await last.readToEnd()
                        let found = try await Self.statuses(30) { _ in
                            try await Self.get("/auth/me", token, at: api.process.port).status
                        }
                        // Redis may have had one or the other before it died; what it had does not count here.
                        #expect(found[200, default: 0] >= 20 && found[429, default: 0] >= 1, "\(found)")
                        let ready = try await api.process.untilReadiness("a note") {
                            $0.word(of: RateLimiter.check) == "degraded"
                        }
                        #expect(ready.status == 200)
                        let lines = api.process.process.output.split(separator: "\n")
                        #expect(lines.count { $0.contains("rate_limits_local") } == 1)
                        let text = try PrometheusText(try await api.process.get("/metrics").text)
                        #expect(text.samples.first { $0.name == "rate_limits_local" }?.value == 1)
                        try await PrivateRedis.with(in: folder, onPort, on: loops.first) { _ in
                            try await api.process.untilReady()
                            let again = try await api.get("/auth/me", token: token)
                            #expect(again.raw["ratelimit"] == #""read";r=19;t=4320"#, "a new Redis knows of nobody")
                        }
                    }
                }
            }
        }
    }

    @Test func `who is counted does not stand in Redis`() async throws {
        try await Loops.with { loops in
            let port = try FreePort.find()
            try await PrivateRedis.with(["--bind", "127.0.0.1", "--port", "\(port)"], on: loops.first) { _ in
                try await APIUnderTest.with(["REDIS_URL": "redis://127.0.0.1:\(port)"]) { api in
                    _ = try await api.logIn(api.first.email(.viewer), password: "wrong")
                    let connection = try await RawConnection(port: port)
                    try await connection.send("KEYS *\r\n")
                    let keys = String(decoding: try await connection.read(), as: UTF8.self)
                    #expect(keys.contains("rate:") && keys.contains(":sign-in:"))
                    #expect(!keys.contains("viewer") && !keys.contains("127.0.0.1"))
                }
            }
        }
    }

    // MARK: - The local buckets

    private static func bucket(_ name: String, count: Int = 3) -> RateBucket {
        RateBucket(kind: .read, subject: name, count: count, window: .seconds(30))
    }

    @Test func `a local bucket gives what it holds, and one more each time a token comes back`() {
        let local = LocalRates()
        let start = Moment(nanoseconds: 1_000_000_000_000)
        let taken = (0..<4).map { _ in local.take(Self.bucket("a"), at: start) }
        #expect(taken.map(\.isAllowed) == [true, true, true, false])
        #expect(taken.map(\.left) == [2, 1, 0, 0])
        #expect(taken[3].secondsToWait == 10)
        #expect(!local.take(Self.bucket("a"), at: start + .milliseconds(9_999)).isAllowed)
        #expect(local.take(Self.bucket("a"), at: start + .seconds(10)).isAllowed)
        #expect(!local.take(Self.bucket("a"), at: start + .seconds(10)).isAllowed)
        #expect(local.take(Self.bucket("b"), at: start).isAllowed)
        local.forgive(Self.bucket("a"))
        #expect(local.take(Self.bucket("a"), at: start).left == 2)
    }

    @Test func `an attack from many sides does not fill the memory`() {
        let local = LocalRates()
        let start = Moment(nanoseconds: 1_000_000_000_000)
        for number in 0...LocalRates.bucketsMax { _ = local.take(Self.bucket("\(number)"), at: start) }
        #expect(local.count == LocalRates.bucketsMax)
        _ = local.take(Self.bucket("later"), at: start + .seconds(60))
        #expect(local.count == 1, "full buckets are forgotten")
    }
}
