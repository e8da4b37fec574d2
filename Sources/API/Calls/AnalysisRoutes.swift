import Domain
import HTTP
import Store
import Wire

/// What calls came to, as they were looked at when they were over.
enum AnalysisRoutes {
    static let all: [APIRoute] = [list]
    static let components = [analysis.component]

    static let analysis = JSONShape<AnalysisRow>(
        "CallAnalysis",
        [
            .id("id") { $0.id },
            .number("version", 31) { Int64($0.version) },
            .flag("counts") { $0.counts },
            .idOrNull("run_id") { $0.run },
            .time("analyzed_at") { $0.analyzedAt },
            .text("model", "ledgerline/rules") { $0.model },
            .text("prompt_version", "rules-1") { $0.promptVersion },
            .text("summary", "Caller: “I'd like to move my appointment.” Ended: caller_hung_up.") {
                $0.summary.revealed
            },
            .flagOrNull("success") { $0.success },
            .wordOrNull("success_reason") { $0.successReason },
            .fractionOrNull("sentiment", 0.4) { $0.sentiment?.value },
            .numbers("sentiment_trajectory", 0.4) { $0.trajectory },
            .textOrNull("intent", "reschedule") { $0.intent },
            .texts("topics", "appointment") { $0.topics.map(\.revealed) },
            .anything("extracted", .object([("day", .string("friday"))])) { $0.extracted },
            .texts("event_ids", Examples.id) { $0.events.map(\.description) },
        ])

    private static let list = APIRoute.get(
        "/calls/{id}/analyses", needs: .callsRead,
        RouteWords(
            "list_call_analyses", "What a call came to, by each set of rules that looked at it", tag: "Calls",
            description:
                "The latest first; the call itself shows the one that `counts`. `run_id` is null for the usual look. `event_ids` are those of the call's events that say what is said here.",
            answers: .all("Looks at it", analysis))
    ) { (visit: Visit, call: CallID) in
        guard try await StreamDesk(visit.database).isThere(call.uuid, kind: .call) else { throw Problem.notFound }
        return .all(try await AnalysisReader(visit.database).all(of: call), analysis)
    }
}
