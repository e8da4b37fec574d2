import Domain
import Loop
import Simulators
import Store
import TestKit
import Testing
import Wire

/// More calls than may be: exactly as many as may be are carried, the others learn that there is no place, and nobody who is carried
/// notices.
@Suite(.timeLimit(.minutes(5)), .serialized) struct AdmissionTests {
    private static let cap = 4
    private static let surplus = 2
    private static let rules = [ChatRule("name", say: "Nice to meet you, Anna.")]
    /// Who is taken waits until all is over for the others before they speak.
    private static let steps: [CallerScript.Step] = [
        .hear(), .wait(7_000), .say("my name is Anna."), .hear(), .hangUp,
    ]

    @Test func `of half as many again that come at once, the surplus is refused and the others talk on`() async throws {
        try await PhonesUnderTest.with(rules: Self.rules, realtime: ["LEDGERLINE_CALLS_MAX": "\(Self.cap)"]) { phones in
            try await Self.crowd(phones)
        }
    }

    private static func crowd(_ phones: PhonesUnderTest) async throws {
        let lines = (0..<cap + surplus).map { _ in phones.ring(steps) }
        try await phones.until("the end of the surplus") { refused(lines).count == surplus }
        #expect(lines.filter(\.isStreaming).count == cap)
        let turnedAway = refused(lines)
        for line in turnedAway {
            let facts = try await phones.whole(try await phones.call(line), endedFor: [.switchboard, .carrier])
            let end = facts.first { $0.type == "call.ended" && $0.by == .switchboard }
            #expect(try end?.member("ended_reason")?.text == "concurrency_limit_reached")
            #expect(line.heard == "" && line.refusedWith == 503 && facts.types(by: .process).isEmpty)
        }
        for line in lines where line.refusedWith == nil {
            let facts = try await phones.whole(try await phones.call(line), endedFor: [.process])
            let end = facts.first { $0.type == "call.ended" && $0.by == .process }
            #expect(try end?.member("ended_reason")?.text == "caller_hung_up")
            #expect(line.heard == "\(PhonesUnderTest.greeting) Nice to meet you, Anna.")
        }
        let metrics = try PrometheusText(try await phones.calls.process.get("/metrics").text)
        #expect(value(metrics, "calls_admitted_total") == Double(cap) && value(metrics, "calls_live") == 0)
        // Each stream that could not be opened is ordered again until the call is given up.
        #expect(value(metrics, "calls_refused_total", "full") == Double(surplus * 4))
        #expect(value(metrics, "calls_ended_total", "caller_hung_up") == Double(cap))
    }

    /// Those whose call is over without a stream.
    private static func refused(_ lines: [SimulatedCall]) -> [SimulatedCall] {
        lines.filter { !$0.isAlive && $0.refusedWith != nil }
    }

    private static func value(_ metrics: PrometheusText, _ name: String, _ reason: String? = nil) -> Double? {
        metrics.samples.first { $0.name == name && $0.labels["reason"] == reason }?.value
    }
}
