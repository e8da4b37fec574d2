import Domain
import Glibc
import Postgres
import Redis
import Simulators
import TestKit
import Testing
import Wire

/// Calls whose process dies: somebody else has the last word.
@Suite(.timeLimit(.minutes(3)), .serialized) struct LostProcessTests {
    private static let lease = "calls:live:"

    private static func errands(_ kind: String, _ phones: PhonesUnderTest) async throws -> Int {
        try await phones.api.owner.query("SELECT count(*) FROM jobs WHERE kind = \(kind)").one.decode(Int.self)
    }

    @Test func `who hangs up after the process died has the last word, once its lease is over`() async throws {
        try await PhonesUnderTest.with { phones in
            let line = phones.ring([.hear(), .wait(120_000)])
            try await phones.until("the greeting") { line.heard == PhonesUnderTest.greeting }
            let call = try await phones.call(line)
            let redis = phones.calls.redis
            try await phones.until("the lease") { try await redis.get(Self.lease + "\(call)") != nil }
            let process = phones.calls.process.process
            process.send(SIGKILL)
            _ = await process.exit()
            line.hangUpNow()
            // The carrier's word is left to whoever carries the call, as long as anybody seems to.
            try await phones.until("the errand") { try await Self.errands("close_call", phones) == 1 }
            try await phones.until("its first look") {
                // It looks a second later, and then once more.
                let row = try await phones.api.owner.query(
                    "SELECT run_at > created_at + interval '1.5 seconds' FROM jobs WHERE kind = 'close_call'"
                ).first
                return try row?.decode(Bool.self) ?? false
            }
            #expect(try await !phones.told(call).contains { $0.type == "call.ended" })
            #expect(try await redis.delete(Self.lease + "\(call)") == 1)
            let facts = try await phones.whole(call, endedFor: [.switchboard])
            let end = try #require(facts.first { $0.type == "call.ended" })
            #expect(try end.member("ended_reason")?.text == "caller_hung_up")
            #expect(try end.member("hangup_cause")?.text == "normal_clearing")
            try await phones.until("the errand's end") { try await phones.jobs("close_call") == 1 }
        }
    }
}
