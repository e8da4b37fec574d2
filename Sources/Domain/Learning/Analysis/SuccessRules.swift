/// Whether a call came to what it was for, by the agent's own criteria, else by how it went. Nothing where nothing tells.
enum SuccessRules {
    struct Verdict: Hashable {
        let isSuccess: Bool
        let reason: SuccessReason
        let events: [EventID]

        init(_ isSuccess: Bool, _ reason: SuccessReason, _ events: [EventID]) {
            (self.isSuccess, self.reason, self.events) = (isSuccess, reason, events)
        }
    }

    /// From here down a caller goes in anger.
    static let upsetMax = -0.5

    static func verdict(_ call: FinishedCall, _ plan: AnalysisPlan, found: [String: [EventID]]) -> Verdict? {
        if !plan.criteria.isEmpty { return byCriteria(call, plan.criteria, found) }
        if let bridged = call.bridged { return Verdict(true, .transferred, [bridged.event]) }
        if call.end.reason == .transferred { return Verdict(true, .transferred, [call.ended.event]) }
        return whatFailed(call) ?? whatSucceeded(call)
    }

    // MARK: - Criteria

    private static func byCriteria(
        _ call: FinishedCall, _ criteria: [SuccessCriterion], _ found: [String: [EventID]]
    ) -> Verdict {
        var events: [EventID] = []
        for criterion in criteria {
            // What did not happen has no event but the end, by which it had not.
            guard let evidence = evidence(of: criterion, call, found) else {
                return Verdict(false, .criteriaMissed, [call.ended.event])
            }
            events += evidence
        }
        return Verdict(true, .criteriaMet, events)
    }

    private static func evidence(
        of criterion: SuccessCriterion, _ call: FinishedCall, _ found: [String: [EventID]]
    ) -> [EventID]? {
        switch criterion.kind {
        case .toolReturned:
            call.tools.first { $0.hasReturned && criterion.anyOf.contains($0.name) }?.events
        case .callerSaid: line(of: .caller, with: criterion.anyOf, call)
        case .agentSaid: line(of: .agent, with: criterion.anyOf, call)
        case .endedBy: criterion.anyOf.contains(call.end.reason.rawValue) ? [call.ended.event] : nil
        case .transferred: call.bridged.map { [$0.event] }
        case .extracted: criterion.anyOf.compactMap { found[$0] }.first
        }
    }

    private static func line(
        of speaker: SegmentState.Speaker, with phrases: [String], _ call: FinishedCall
    ) -> [EventID]? {
        let phrases = phrases.map(SpokenWords.of)
        return call.lines(of: speaker).first { line in
            let words = line.words
            return phrases.contains { SpokenWords.hold(words, $0) }
        }.map { [$0.event] }
    }

    // MARK: - How it went

    private static func whatFailed(_ call: FinishedCall) -> Verdict? {
        switch call.end.reason {
        case .callerSilent, .calleeSilent, .voicemailReached, .menuReached, .faxReached, .scamDetected:
            return Verdict(false, .nobodyThere, [call.ended.event])
        case .agentHungUp, .stopped: break
        default:
            if call.end.faultOwner != .caller, call.end.faultOwner != .callee {
                return Verdict(false, .faulted, [call.ended.event])
            }
        }
        // A tool that answered in the end has not failed.
        let returned = Set(call.workingTools.filter(\.hasReturned).map(\.name))
        if let use = call.workingTools.last(where: { !$0.hasReturned && !returned.contains($0.name) }) {
            return Verdict(false, .toolFailed, use.events)
        }
        if let mood = call.moods.last, mood.label == .frustrated || mood.score.value <= upsetMax {
            return Verdict(false, .upset, [mood.event])
        }
        if let last = call.lines.last, last.speaker == .caller, !isClosing(last) {
            return Verdict(false, .unanswered, [last.event])
        }
        return nil
    }

    private static func whatSucceeded(_ call: FinishedCall) -> Verdict? {
        if let use = call.workingTools.last(where: \.hasReturned) {
            return Verdict(true, .toolReturned, use.events)
        }
        if let last = call.lines(of: .caller).last, isClosing(last) { return Verdict(true, .closed, [last.event]) }
        return nil
    }

    /// As people say it in English who have what they wanted.
    static func isClosing(_ line: FinishedCall.Line) -> Bool {
        let words = line.words
        return closings.contains { SpokenWords.hold(words, $0) }
    }

    private static let closings = ["thank you", "thanks", "goodbye", "bye", "thats all", "that is all"].map(
        SpokenWords.of)
}
