import Crypto
import Domain
import HTTP
import Jobs
import Store

/// For who looks after an organization's part: what waits, what could not be applied, what failed.
enum OperationRoutes {
    static let all: [APIRoute] = [consumers, letters, replay, discard, jobs, retry, cancel]

    private static let consumers = APIRoute.get(
        "/ops/consumers", needs: .platformRead,
        RouteWords(
            "list_consumers", "How far each consumer is in each lane", tag: "Operations",
            description: "Consumers are the platform's: lag and parked calls are those of all organizations.",
            answers: .all("Consumers, by name", OperationShapes.consumer))
    ) { visit in
        .all(try await PlatformDesk(visit.database).consumers(), OperationShapes.consumer)
    }

    // MARK: - Dead letters

    private static let letters = APIRoute.get(
        "/ops/dead-letters", needs: .operationsRead,
        RouteWords(
            "list_dead_letters", "Events that a consumer could not apply, and those that wait behind them",
            tag: "Operations",
            query: [.list(LetterDesk.fields)],
            answers: .page("A page of them, the newest first", OperationShapes.letter))
    ) { visit in
        let (rows, total) = try await LetterDesk(visit.database, visit.meta).page(
            visit.wish.filters, before: try visit.place()?.order, limit: visit.wish.limit + 1,
            countingAll: visit.wish.countsAll)
        return visit.page(rows, OperationShapes.letter, total: total) { .init(order: $0.id, id: nobody) }
    }

    private static let notParked = RouteDocumentation.Answer.conflict("letter_not_parked: it was decided already")

    private static let replay = APIRoute.post(
        "/ops/dead-letters/{id}/replay", needs: .operationsWrite,
        RouteWords(
            "replay_dead_letter", "Tries again what waits of a letter's stream", tag: "Operations",
            description: "All of it, in order, by the consumer's workers. Mend the cause first.",
            answers: .one(.accepted, "The letter", OperationShapes.letter), notParked)
    ) { (visit: Visit, letter: Int) in
        let ruling = try await LetterDesk(visit.database, visit.meta).replay(Int64(letter), by: visit.person)
        return .one(try ruled(ruling), OperationShapes.letter, .accepted)
    }

    private static let discard = APIRoute.post(
        "/ops/dead-letters/{id}/discard", needs: .operationsWrite,
        RouteWords(
            "discard_dead_letter", "Gives up on a letter", tag: "Operations",
            description: "For good. What waits behind it waits on, until it is replayed.",
            answers: .one(.ok, "The letter", OperationShapes.letter), notParked)
    ) { (visit: Visit, letter: Int) in
        let ruling = try await LetterDesk(visit.database, visit.meta).discard(Int64(letter), by: visit.person)
        return .one(try ruled(ruling), OperationShapes.letter)
    }

    private static func ruled(_ ruling: LetterDesk.Ruling) throws(Problem) -> DeadLetter {
        switch ruling {
        case .done(let letter): return letter
        case .notFound: throw Problem.notFound
        case .notParked: throw Problems.conflict("letter_not_parked", "this letter was decided already")
        }
    }

    // MARK: - Jobs

    private static let jobs = APIRoute.get(
        "/ops/jobs", needs: .operationsRead,
        RouteWords(
            "list_jobs", "Slow work: what waits, runs and has ended", tag: "Operations",
            query: [.list(JobDesk.fields)], answers: .page("A page of them, the newest first", OperationShapes.job))
    ) { visit in
        let (rows, total) = try await JobDesk(visit.database, visit.meta).page(
            visit.wish.filters, before: try visit.place()?.order, limit: visit.wish.limit + 1,
            countingAll: visit.wish.countsAll)
        return visit.page(rows, OperationShapes.job, total: total) { .init(order: $0.id.number, id: nobody) }
    }

    private static let retry = APIRoute.post(
        "/ops/jobs/{id}/retry", needs: .operationsWrite,
        RouteWords(
            "retry_job", "Gives a discarded job new attempts", tag: "Operations",
            answers: .one(.accepted, "The job", OperationShapes.job),
            .conflict("job_not_discarded: only those that failed for good can be tried again"))
    ) { (visit: Visit, job: Int) in
        let (desk, id) = (JobDesk(visit.database, visit.meta), JobID(Int64(job)))
        guard let job = try await desk.find(id) else { throw Problem.notFound }
        guard try await desk.retry(job), let row = try await desk.find(id) else {
            throw Problems.conflict(
                "job_not_discarded", "it was not given up, or another one like it lives: look at it again")
        }
        return .one(row, OperationShapes.job, .accepted)
    }

    private static let cancel = APIRoute.post(
        "/ops/jobs/{id}/cancel", needs: .operationsWrite,
        RouteWords(
            "cancel_job", "Cancels a job", tag: "Operations",
            description: "One that runs is told at its worker's next heartbeat.",
            answers: .one(.accepted, "The job", OperationShapes.job), .conflict("job_has_ended"))
    ) { (visit: Visit, job: Int) in
        let (desk, id) = (JobDesk(visit.database, visit.meta), JobID(Int64(job)))
        guard let job = try await desk.find(id) else { throw Problem.notFound }
        guard try await desk.cancel(job) != .notFound, let row = try await desk.find(id) else {
            throw Problems.conflict("job_has_ended", "there is nothing to cancel any more")
        }
        return .one(row, OperationShapes.job, .accepted)
    }

    /// Rows that are numbered have their places by that alone.
    private static let nobody = UUID(value: 0)
}

extension Visit {
    /// Who decides: the user, or the key.
    var person: UUID {
        switch identity.caller {
        case .user(let user, _, _): user.uuid
        case .apiKey(let key): key.uuid
        }
    }
}
