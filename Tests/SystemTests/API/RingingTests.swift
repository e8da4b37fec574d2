import Domain
import TestKit
import Testing

/// The API's process and the workers', and what one hears of the other through Redis.
@Suite(.timeLimit(.minutes(4)), .serialized) struct RingingTests {
    @Test func `workers hear at once that the API has appended`() async throws {
        try await APIUnderTest.with { api in
            try await ProcessUnderTest.with(.workers, ["DATABASE_URL": api.url], on: api.process.loop) { workers in
                try await workers.untilReady()
                func rings() async throws -> Double {
                    let text = try PrometheusText(try await workers.get("/metrics").text)
                    return text.samples.first { $0.name == "relay_rings_total" }?.value ?? 0
                }
                let token = try await api.tokens(.developer).access
                var before = 0.0
                // Signing in has rung, too.
                try await api.process.loop.until("a ring", within: .seconds(20), every: .milliseconds(100)) {
                    before = try await rings()
                    return before > 0
                }
                #expect(try await api.get("/customers", token: token).status == 200)
                #expect(try await rings() == before, "reading doesn't ring")
                #expect(try await api.post("/customers", token: token, CustomerRoutesTests.new).status == 201)
                try await api.process.loop.until("another ring", within: .seconds(20), every: .milliseconds(100)) {
                    try await rings() > before
                }
            }
        }
    }
}
