import Crypto
import Domain
import HTTP
import Store
import Wire

/// Looking again at calls that are over, beside what counts; comparing, and choosing what counts.
enum AnalysisRunRoutes {
    static let all: [APIRoute] = [list, create, get, compare, choices, choose]

    private static func desk(_ visit: Visit) -> AnalysisRunDesk { AnalysisRunDesk(visit.database, visit.meta) }

    private static let list = APIRoute.get(
        "/analysis-runs", needs: .learningRead,
        RouteWords(
            "list_analysis_runs", "Runs over calls that are over, the newest first", tag: "Learning",
            query: [.list([])], answers: .page("A page of them", AnalysisRunShapes.run))
    ) { visit in
        let place = try visit.place().map { (Timestamp(microseconds: $0.order), AnalysisRunID($0.id)) }
        let (rows, total) = try await desk(visit).page(
            after: place, limit: visit.wish.limit + 1, countingAll: visit.wish.countsAll)
        return visit.page(rows, AnalysisRunShapes.run, total: total) {
            .init(order: $0.createdAt.microseconds, id: $0.id.uuid)
        }
    }

    private static let create = APIRoute.post(
        "/analysis-runs", needs: .callsWrite,
        RouteWords(
            "create_analysis_run", "Looks again at all calls of a time that are over", tag: "Learning",
            description: """
                Calls that began at `from` or later and before `to`, of one agent or of all, by whoever looks at calls here or by our \
                `rules`, for what the agent's version that was speaking asks for or its `published` one. The looks stand beside those \
                that count (`GET /calls/{id}/analyses`) and change nothing until they are chosen. `looked` and `passed_over` of \
                `GET /analysis-runs/{id}` say how far it is.
                """,
            answers: .one(.accepted, "The run", AnalysisRunShapes.run),
            .conflict("name_taken, or too_many_runs: \(AnalysisRunDesk.underWayMax) at once are the most")),
        taking: AnalysisRunInput.self
    ) { visit, input in
        let row = try await told { try await desk(visit).create(input.wish) }
        return Answer.one(row, AnalysisRunShapes.run, .accepted)
            .with(.location, "\(APIRoute.base)/analysis-runs/\(row.id)")
    }

    private static let get = APIRoute.get(
        "/analysis-runs/{id}", needs: .learningRead,
        RouteWords(
            "get_analysis_run", "One run, and how far it is", tag: "Learning",
            answers: .one(.ok, "The run", AnalysisRunShapes.run))
    ) { (visit: Visit, run: AnalysisRunID) in
        guard let row = try await desk(visit).get(run) else { throw Problem.notFound }
        return .one(row, AnalysisRunShapes.run)
    }

    private static let compare = APIRoute.get(
        "/analysis-runs/{id}/comparison", needs: .learningRead,
        RouteWords(
            "compare_analysis_run", "What a run made of its calls, and what another look did", tag: "Learning",
            description: """
                Beside the usual looks, or those of another run. `success` has each pair of verdicts, with calls of each that show it, \
                the newest first.
                """,
            query: [.text("beside", "Another run; the usual looks if not said.", .string(format: "uuid"))],
            answers: .one(.ok, "Both, counted", AnalysisRunShapes.comparison))
    ) { (visit: Visit, run: AnalysisRunID) in
        guard let row = try await desk(visit).get(run) else { throw Problem.notFound }
        var beside: AnalysisRunID?
        if let text = visit.wish.text("beside") {
            guard let id = UUID(text), let other = try await desk(visit).get(AnalysisRunID(id)) else {
                throw Problems.parameter("beside", "is no run of yours")
            }
            beside = other.id
        }
        return .one(
            try await LookComparison.read(row, beside: beside, visit.database), AnalysisRunShapes.comparison)
    }

    private static let choices = APIRoute.get(
        "/analysis-choices", needs: .learningRead,
        RouteWords(
            "list_analysis_choices", "Whose looks count, the latest choice first", tag: "Learning",
            description: "Of a call's looks the one counts that the first choice names which fits the call.",
            answers: .all("Choices", AnalysisRunShapes.choice))
    ) { visit in
        .all(try await desk(visit).choices(), AnalysisRunShapes.choice)
    }

    private static let choose = APIRoute.post(
        "/analysis-choices", needs: .callsWrite,
        RouteWords(
            "choose_analysis_run", "Lets a run's looks count", tag: "Learning",
            description: """
                For calls that began at `from` or later, and for those to come, which are looked at so, too: in calls, analytics and \
                patterns. What the run has not looked at stays as it was. `run_id` null is the usual look again. `changed` of \
                `GET /analysis-choices` says how many calls of before were changed over.
                """,
            answers: .one(.accepted, "The choice", AnalysisRunShapes.choice)),
        taking: AnalysisChoiceInput.self
    ) { visit, input in
        let row = try await told { try await desk(visit).choose(input.run, from: input.from) }
        return .one(row, AnalysisRunShapes.choice, .accepted)
    }

    private static func told<Value>(_ change: () async throws -> Value) async throws -> Value {
        do {
            return try await change()
        } catch let refusal as AnalysisRunDesk.Refusal {
            switch refusal {
            case .nameIsTaken: throw Problems.conflict("name_taken", "another run has this name: give it another")
            case .tooMany:
                throw Problems.conflict(
                    "too_many_runs", "\(AnalysisRunDesk.underWayMax) runs are under way: wait for the end of one")
            case .noSuchAgent:
                throw Problems.invalidBody([.init(pointer: "/agent_id", message: "is no agent of yours")])
            case .noSuchRun:
                throw Problems.invalidBody([.init(pointer: "/run_id", message: "is no run of yours")])
            }
        }
    }
}
