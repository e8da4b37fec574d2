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

    @Test func `of half as many again that come at once, the surplus is refused and the others talk on`() async throws {
        try await PhonesUnderTest.with(rules: Self.rules, realtime: ["LEDGERLINE_CALLS_MAX": "\(Self.cap)"]) { phones in
            // Who is taken waits until all is over for the others before they speak.
            let lines = (0..<Self.cap + Self.surplus).map { _ in
                phones.ring([.hear(), .wait(7_000), .say("my name is Anna."), .hear(), .hangUp])
            }
            try await phones.until("the end of the surplus") { lines.count { !$0.isAlive } == Self.surplus }
            #expect(lines.count(where: \.isStreaming) == Self.cap)
            var reasons: [String: Int] = [:]
            for line in lines {
                let call = try await phones.call(line)
                let isRefused = !line.isAlive
                let facts = try await phones.whole(call, endedFor: isRefused ? [.switchboard, .carrier] : [.process])
                let end = facts.first { $0.type == "call.ended" && $0.by == (isRefused ? .switchboard : .process) }
                reasons[try end?.member("ended_reason")?.text ?? "none", default: 0] += 1
                if isRefused {
                    #expect(line.heard == "" && line.refusedWith == 503 && facts.types(by: .process).isEmpty)
                } else {
                    #expect(line.heard == "\(PhonesUnderTest.greeting) Nice to meet you, Anna.")
                    #expect(facts.types(by: .process).count { $0 == "turn.ended" } == 1)
                }
            }
            #expect(reasons == ["concurrency_limit_reached": Self.surplus, "caller_hung_up": Self.cap])
            let metrics = try PrometheusText(try await phones.calls.process.get("/metrics").text)
            func value(_ name: String, reason: String? = nil) -> Double? {
                metrics.samples.first { $0.name == name && $0.labels["reason"] == reason }?.value
            }
            #expect(value("calls_admitted_total") == Double(Self.cap) && value("calls_live") == 0)
            // Each stream that could not be opened is ordered again until the call is given up.
            #expect(value("calls_refused_total", reason: "full") == Double(Self.surplus * 4))
            #expect(value("calls_ended_total", reason: "caller_hung_up") == Double(Self.cap))
        }
    }
}
