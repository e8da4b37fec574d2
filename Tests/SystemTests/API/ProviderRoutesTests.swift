import Domain
import Loop
import Postgres
import Redis
import Store
import TestKit
import Testing
import Wire

/// How providers are doing, as owners see it.
@Suite(.timeLimit(.minutes(3)), .serialized) struct ProviderRoutesTests {
    @Test func `each provider of a process that carries calls is shown, by how many loops find it how`() async throws {
        try await PhonesUnderTest.with { phones in
            let token = try await phones.api.tokens(.owner).access
            try await phones.until("what it tells") {
                let rows = try await phones.api.get("/ops/providers", token: token).data
                let names = rows.filter { ($0["working"]?.wholeNumber ?? 0) > 0 }.compactMap { $0["name"]?.text }
                return Set(names).isSuperset(of: ["deepgram", "cartesia", "groq", "openai"])
            }
            #expect(try await phones.api.get("/ops/providers", token: phones.token).status == 403, "a developer")
        }
    }

    @Test func `loops are added up, and who was silent for long is struck`() async throws {
        try await Loops.with { loops in
            let settings = RedisSettings(address: try RedisAddress(Services.setting("REDIS_URL")))
            let resolver = HostResolver(on: try Lane(name: "names"))
            try await RedisClient.with(settings, on: loops.first, resolver: resolver) { redis in
                try await loops.first.until("Redis") { redis.health.condition == .connected }
                let board = ProviderBoard(redis, key: "providers:test:\(Timestamp.now.microseconds)")
                let now = Timestamp.now
                func entry(_ name: String, _ state: ProviderBoard.State) -> ProviderBoard.Entry {
                    .init(kind: .voice, name: name, state: state)
                }
                try await board.tell([entry("a", .working), entry("b", .resting)], of: "one", at: now)
                try await board.tell([entry("a", .resting)], of: "two", at: now)
                try await board.tell([entry("c", .working)], of: "gone", at: now - ProviderBoard.silenceMax)
                for _ in 0..<2 {
                    let found = try await board.standings(at: now)
                    #expect(found.map(\.name) == ["a", "b"])
                    #expect(found.map(\.working) == [1, 0] && found.map(\.resting) == [1, 1])
                }
                // What is told anew takes the place of what was told.
                try await board.tell([entry("a", .working)], of: "two", at: now)
                #expect(try await board.standings(at: now).map(\.working) == [2, 0])
            }
        }
    }
}
