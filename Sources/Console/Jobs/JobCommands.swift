import Jobs
import Postgres
import Wire

/// What `ledgerline jobs` does.
enum JobCommands {
    static let attemptsUsual = 20

    static func counts(_ arguments: [String]) throws {
        let arguments = try Arguments(arguments, flags: ["--json"])
        _ = try arguments.words()
        let printer = Printer(isJSON: arguments.has("--json"))
        try with { board in
            let counts = try await board.counts()
            if counts.isEmpty { return printer.say("no job waits or runs") }
            if printer.isJSON {
                for count in counts {
                    printer.show(
                        "",
                        .object([
                            ("queue", .string(count.queue)), ("state", .string(count.state.rawValue)),
                            ("count", .of(count.count)), ("oldest_seconds", .of(count.oldest.components.seconds)),
                        ]))
                }
                return
            }
            printer.say(
                Printer.table(
                    ["queue", "state", "jobs", "oldest"],
                    counts.map {
                        [$0.queue, $0.state.rawValue, "\($0.count)", "\($0.oldest.components.seconds) s"]
                    }))
        }
    }

    static func list(_ arguments: [String]) throws {
        let arguments = try Arguments(
            arguments, flags: ["--json"], values: ["--state", "--queue", "--kind", "--limit"])
        _ = try arguments.words()
        let printer = Printer(isJSON: arguments.has("--json"))
        let word = try arguments.value("--state")
        let state = word.flatMap { JobEntry.State(rawValue: $0) }
        if let word, state == nil {
            let words = JobEntry.State.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError("--state is one of \(words), not \(word)")
        }
        let (queue, kind) = (try arguments.value("--queue"), try arguments.value("--kind"))
        let limit = try arguments.count("--limit", in: 1...JobBoard.listMax) ?? JobBoard.listMax
        try with { board in
            let jobs = try await board.list(state, queue: queue, kind: kind, limit: limit)
            if printer.isJSON {
                for job in jobs { printer.show("", document(job, isRevealing: false)) }
                return
            }
            if jobs.isEmpty { return printer.say("no such job") }
            printer.say(
                Printer.table(
                    ["job", "kind", "queue", "state", "attempt", "run at", "organization"],
                    jobs.map {
                        [
                            "\($0.id)", $0.kind, $0.queue, $0.state.rawValue, "\($0.attempt)/\($0.attemptsMax)",
                            "\($0.runAt)", $0.organization.map { "\($0)" } ?? "-",
                        ]
                    }))
        }
    }

    static func show(_ arguments: [String]) throws {
        let arguments = try Arguments(arguments, flags: ["--json", "--reveal"])
        let id = try job(try arguments.words("JOB")[0])
        let printer = Printer(isJSON: arguments.has("--json"))
        let isRevealing = arguments.has("--reveal")
        try with { board in
            let document = document(try await found(id, on: board), isRevealing: isRevealing)
            guard case .object(let object) = document else { return }
            let known = object.members.filter { $0.value != .null }.map { [$0.name, $0.value.legible] }
            printer.show(Printer.table(["job", "\(id)"], known), document)
        }
    }

    static func retry(_ arguments: [String]) throws {
        let arguments = try Arguments(arguments, flags: ["--json"], values: ["--attempts"])
        let id = try job(try arguments.words("JOB")[0])
        let attempts = try arguments.count("--attempts", in: NewJob.attemptsMaxRange) ?? attemptsUsual
        let printer = Printer(isJSON: arguments.has("--json"))
        try with { board in
            if try await board.replay(id, attempts: attempts) {
                return printer.show("job \(id) is available again", told(id, "available"))
            }
            let job = try await found(id, on: board)
            throw Trouble(
                job.state == .discarded
                    ? "another job of the same kind and unique key lives: job \(id) has to wait for its end"
                    : "job \(id) is \(job.state.rawValue); only a discarded one can be given new attempts")
        }
    }

    static func cancel(_ arguments: [String]) throws {
        let arguments = try Arguments(arguments, flags: ["--json"])
        let id = try job(try arguments.words("JOB")[0])
        let printer = Printer(isJSON: arguments.has("--json"))
        try with { board in
            switch try await board.cancel(id) {
            case .cancelled: printer.show("job \(id) is cancelled", told(id, "cancelled"))
            case .requested:
                printer.show("job \(id) runs; its worker is told at its next heartbeat", told(id, "cancel_requested"))
            case .notFound:
                let job = try await found(id, on: board)
                throw Trouble("job \(id) has ended already: \(job.state.rawValue)")
            }
        }
    }

    private static func with(_ body: @escaping @Sendable (JobBoard) async throws -> Void) throws {
        try Database.with { try await body(JobBoard($0)) }
    }

    private static func job(_ text: String) throws(UsageError) -> JobID {
        guard let number = Int64(text), number > 0 else { throw UsageError("JOB is a number, not \(text)") }
        return JobID(number)
    }

    private static func found(_ id: JobID, on board: JobBoard) async throws -> JobEntry {
        guard let job = try await board.find(id) else {
            throw Trouble("there is no job \(id), or it ended so long ago that its history is gone")
        }
        return job
    }

    private static func told(_ id: JobID, _ state: String) -> JSONValue {
        .object([("job", .of(id.number)), ("state", .string(state))])
    }

    private static func document(_ job: JobEntry, isRevealing: Bool) -> JSONValue {
        .object([
            ("job", .of(job.id.number)), ("kind", .string(job.kind)), ("queue", .string(job.queue)),
            ("state", .string(job.state.rawValue)), ("organization_id", .of(job.organization)),
            ("worker_id", .of(job.worker)), ("attempt", .of(job.attempt)), ("attempts_max", .of(job.attemptsMax)),
            ("cancel_requested", .bool(job.isCancelRequested)), ("run_at", .of(job.runAt)),
            ("created_at", .of(job.createdAt)), ("started_at", .of(job.startedAt)),
            ("finished_at", .of(job.finishedAt)),
            ("args", isRevealing ? .of(json: job.args) : .string("(private)")), ("errors", .of(json: job.errors)),
        ])
    }
}
