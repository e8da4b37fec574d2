import Domain
import Jobs
import Process
import Store

/// What becomes of a carrier's word that a call is over. Who carries a call knows why it ended, and says so; the carrier's word is
/// then news for them, and stands in where they do not come to it.
struct CallEnding: Sendable {
    private let end: CallEnded?
    private let target: WebhookDelivery.Target?

    init(_ decision: CallDecision, _ bench: Workbench) async throws {
        let ends = decision.facts.compactMap { if case .callEnded(let end) = $0 { end } else { nil } }
        guard decision.verdict == .applied, let end = ends.first, let target = decision.target,
            try await Self.isCarried(CallID(target.stream), bench)
        else {
            (self.end, self.target) = (nil, nil)
            return
        }
        (self.end, self.target) = (end, target)
    }

    /// Without Redis nobody knows: then the carrier's word counts, and the log takes one of both.
    private static func isCarried(_ call: CallID, _ bench: Workbench) async throws -> Bool {
        do { return try await LiveCalls(bench.redis).isCarried(call) } catch { return false }
    }

    /// Whether somebody else tells of it.
    func isTold(_ fact: CallEvent) -> Bool {
        if case .callEnded = fact { end != nil } else { false }
    }

    /// For whoever carries the call.
    var news: [CallEvent] { end.map { [.callEnded($0)] } ?? [] }

    /// Sees to it that the call ends in the log, too, if they never say so.
    func errand(at instant: Instant) -> NewJob? {
        guard let end, let target else { return nil }
        var job = NewJob(.close(CallID(target.stream), end, at: instant), of: target.organization)
        job.when = .after(DoorLimits.endPause)
        return job
    }
}
