/// Somebody who looks at a call that is over.
package protocol CallAnalyst: Sendable {
    /// Who it is, and by which rules or words it goes: another of either is another look at the call.
    var model: String { get }
    var promptVersion: String { get }

    func analyze(_ subject: AnalysisCase) async throws -> CallAnalyzed
}

/// A call that is over, and what it is looked at for. A class, since it holds ids and is passed to functions that suspend.
package final class AnalysisCase: Sendable {
    package let call: FinishedCall
    package let plan: AnalysisPlan

    package init(_ call: FinishedCall, by plan: AnalysisPlan) { (self.call, self.plan) = (call, plan) }
}

/// Ours, by rules alone: the same call gives the same answer, everything it says points to the events that say it, and where
/// nothing tells it says nothing.
package struct RuleAnalyst: CallAnalyst {
    package var model: String { "ledgerline/rules" }
    package var promptVersion: String { "rules-1" }

    package init() {}

    package func analyze(_ subject: AnalysisCase) async throws -> CallAnalyzed {
        look(at: subject.call, by: subject.plan)
    }

    package func look(at call: FinishedCall, by plan: AnalysisPlan) -> CallAnalyzed {
        let summary = SummaryRules.summary(call)
        let found = ExtractionRules.find(plan.fields, in: call)
        let verdict = SuccessRules.verdict(call, plan, found: found.events)
        let intent = IntentRules.intent(call, plan)
        let topics = IntentRules.topics(call)
        let trajectory = call.moods.map(\.score)
        var events = summary.events + (verdict?.events ?? []) + (intent?.events ?? [])
        events += found.events.sorted { $0.key < $1.key }.flatMap(\.value) + call.moods.map(\.event)
        events += Self.events(of: topics, call)
        return CallAnalyzed(
            summary: Private(summary.text), success: verdict?.isSuccess, sentiment: Self.mean(trajectory),
            intent: intent?.name, extracted: plan.fields.isEmpty ? nil : Private(.object(found.values)), model: model,
            promptVersion: promptVersion, successReason: verdict?.reason,
            topics: topics.isEmpty ? nil : topics.map(Private.init),
            trajectory: trajectory.isEmpty ? nil : trajectory, events: Self.once(events))
    }

    static func mean(_ scores: [Score]) -> Score? {
        scores.isEmpty ? nil : Score(scores.reduce(0) { $0 + $1.value } / Double(scores.count))
    }

    /// Where each was said first.
    private static func events(of topics: [String], _ call: FinishedCall) -> [EventID] {
        let lines = call.lines(of: .caller)
        return topics.compactMap { topic in lines.first { $0.words.contains(topic) }?.event }
    }

    static func once(_ events: [EventID]) -> [EventID] {
        var seen: Set<EventID> = []
        return events.filter { seen.insert($0).inserted }
    }
}
