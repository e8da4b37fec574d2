import Domain
import Postgres
import Store
import Wire

/// What `ledgerline analysis` does, as the organization itself.
enum AnalysisCommands {
    static func run(_ arguments: [String]) throws {
        let arguments = try Arguments(
            arguments, flags: ["--json"],
            values: ["--organization", "--name", "--from", "--to", "--agent", "--analyst", "--plan"])
        _ = try arguments.words()
        guard let name = try arguments.value("--name"), AnalysisRunDesk.nameLength.contains(name.count) else {
            throw UsageError("--name needs a text of 1 to \(AnalysisRunDesk.nameLength.upperBound) characters")
        }
        guard let from = try time("--from", arguments), let to = try time("--to", arguments), from < to else {
            throw UsageError("--from and --to are needed, and --from lies before --to")
        }
        let way = AnalysisWay(
            try word("--analyst", arguments, else: .configured), by: try word("--plan", arguments, else: .asCalled))
        let agent = try arguments.id("--agent").map { AgentID($0) }
        let wish = AnalysisRunWish(name: name, way: way, from: from, to: to, agent: agent)
        let printer = Printer(isJSON: arguments.has("--json"))
        try with(arguments) { desk, _ in
            let row = try await told { try await desk.create(wish) }
            printer.show("run \(row.id) looks at \(row.calls) calls", document(row))
        }
    }

    static func list(_ arguments: [String]) throws {
        let arguments = try Arguments(arguments, flags: ["--json"], values: ["--organization"])
        _ = try arguments.words()
        let printer = Printer(isJSON: arguments.has("--json"))
        try with(arguments) { desk, _ in
            let runs = try await desk.page(after: nil, limit: AnalysisRunDesk.choicesShown, countingAll: false).rows
            let choices = try await desk.choices()
            if printer.isJSON {
                for run in runs { printer.show("", document(run)) }
                for choice in choices { printer.show("", document(choice)) }
                return
            }
            if runs.isEmpty { return printer.say("no run: `ledgerline analysis run` begins one") }
            printer.say(
                Printer.table(
                    ["run", "name", "from", "to", "calls", "looked", "passed over", ""],
                    runs.map {
                        [
                            "\($0.id)", $0.name, "\($0.from)", "\($0.to)", "\($0.calls)", "\($0.looked)",
                            "\($0.passedOver)", $0.finishedAt == nil ? "under way" : "finished",
                        ]
                    }))
            if choices.isEmpty { return printer.say("the usual looks count") }
            printer.say(
                Printer.table(
                    ["choice", "run", "from", "changed", ""],
                    choices.map {
                        [
                            "\($0.number)", $0.run.map { "\($0)" } ?? "usual", "\($0.from)", "\($0.changed)",
                            $0.finishedAt == nil ? "under way" : "finished",
                        ]
                    }))
        }
    }

    static func compare(_ arguments: [String]) throws {
        let arguments = try Arguments(arguments, flags: ["--json"], values: ["--organization", "--beside"])
        let id = AnalysisRunID(try Arguments.id(try arguments.words("RUN")[0], "RUN"))
        let other = try arguments.id("--beside").map { AnalysisRunID($0) }
        let printer = Printer(isJSON: arguments.has("--json"))
        try with(arguments) { desk, database in
            guard let run = try await desk.get(id) else { throw noRun(id) }
            if let other, try await desk.get(other) == nil { throw noRun(other) }
            let both = try await LookComparison.read(run, beside: other, database)
            if printer.isJSON { return printer.show("", document(both)) }
            func mean(_ value: Double?) -> String { value.map { "\(($0 * 1000).rounded() / 1000)" } ?? "-" }
            printer.say(
                """
                \(both.calls) calls, \(both.both) looked at by both; \(both.onlyHere) by \(run.name) alone, \
                \(both.onlyBeside) by the other alone
                intents that differ: \(both.intentsChanged) \(both.intentExamples.map(\.description).joined(separator: " "))
                mean sentiment: \(mean(both.sentimentHere)), the other \(mean(both.sentimentBeside))
                """)
            printer.say(
                Printer.table(
                    ["success by the other", "by \(run.name)", "calls", "such as"],
                    both.cells.filter { $0.calls > 0 }.map {
                        [
                            $0.beside.rawValue, $0.here.rawValue, "\($0.calls)",
                            $0.examples.map(\.description).joined(separator: " "),
                        ]
                    }))
        }
    }

    static func choose(_ arguments: [String]) throws {
        let arguments = try Arguments(arguments, flags: ["--json"], values: ["--organization", "--from"])
        let word = try arguments.words("RUN")[0]
        let run = word == "usual" ? nil : AnalysisRunID(try Arguments.id(word, "RUN"))
        let from = try time("--from", arguments) ?? Timestamp(microseconds: 0)
        let printer = Printer(isJSON: arguments.has("--json"))
        try with(arguments) { desk, _ in
            let row = try await told { try await desk.choose(run, from: from) }
            printer.show("choice \(row.number): the workers tell the calls of before", document(row))
        }
    }

    // MARK: - What they share

    private static func with(
        _ arguments: Arguments, _ body: @escaping @Sendable (AnalysisRunDesk, TenantDatabase) async throws -> Void
    ) throws {
        guard let name = try arguments.value("--organization") else { throw UsageError("--organization is missing") }
        try Database.with { pool in
            let log = try await EventLog.read(through: .pool(pool))
            guard let organization = try await IdentityStore(pool, log: log).organization(name) else {
                throw Trouble("there is no organization \(name)")
            }
            let database = TenantDatabase(organization, in: pool, log: log)
            try await body(AnalysisRunDesk(database, EventMeta(actor: .system("console"))), database)
        }
    }

    private static func told<Value>(_ change: () async throws -> Value) async throws -> Value {
        do {
            return try await change()
        } catch let refusal as AnalysisRunDesk.Refusal {
            switch refusal {
            case .nameIsTaken: throw Trouble("a run of this name is there: give it another name")
            case .tooMany:
                throw Trouble("\(AnalysisRunDesk.underWayMax) runs are under way: wait for the end of one")
            case .noSuchAgent: throw Trouble("the organization has no such agent")
            case .noSuchRun: throw Trouble("there is no such run: `ledgerline analysis list` shows them")
            }
        }
    }

    private static func noRun(_ id: AnalysisRunID) -> Trouble {
        Trouble("there is no run \(id): `ledgerline analysis list` shows them")
    }

    private static func time(_ name: String, _ arguments: Arguments) throws(UsageError) -> Timestamp? {
        guard let text = try arguments.value(name) else { return nil }
        guard let time = Timestamp(text) else {
            throw UsageError("\(name) is a time such as 2026-08-01T12:34:56Z, not \(text)")
        }
        return time
    }

    private static func word<Word: RawRepresentable<String> & CaseIterable>(
        _ name: String, _ arguments: Arguments, else usual: Word
    ) throws(UsageError) -> Word {
        guard let text = try arguments.value(name) else { return usual }
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError("\(name) is one of \(words), not \(text)")
        }
        return word
    }

    private static func document(_ row: AnalysisRunRow) -> JSONValue {
        .object([
            ("run_id", .of(row.id)), ("name", .string(row.name)), ("analyst", .string(row.way.analyst.rawValue)),
            ("plan", .string(row.way.plan.rawValue)), ("from", .of(row.from)), ("to", .of(row.to)),
            ("agent_id", .of(row.agent)), ("calls", .of(row.calls)), ("looked", .of(row.looked)),
            ("passed_over", .of(row.passedOver)), ("finished_at", .of(row.finishedAt)),
        ])
    }

    private static func document(_ row: AnalysisChoiceRow) -> JSONValue {
        .object([
            ("choice", .of(row.number)), ("run_id", .of(row.run)), ("from", .of(row.from)),
            ("changed", .of(row.changed)), ("finished_at", .of(row.finishedAt)),
        ])
    }

    private static func document(_ both: LookComparison) -> JSONValue {
        func ids(_ calls: [CallID]) -> JSONValue { .array(calls.map { .string($0.description) }) }
        return .object([
            ("run_id", .of(both.run)), ("beside", .of(both.beside)), ("calls", .of(both.calls)),
            ("both", .of(both.both)), ("only_here", .of(both.onlyHere)), ("only_beside", .of(both.onlyBeside)),
            (
                "success",
                .array(
                    both.cells.map {
                        .object([
                            ("beside", .string($0.beside.rawValue)), ("here", .string($0.here.rawValue)),
                            ("calls", .of($0.calls)), ("examples", ids($0.examples)),
                        ])
                    })
            ),
            ("intents_changed", .of(both.intentsChanged)), ("intent_examples", ids(both.intentExamples)),
            ("sentiment_beside", .of(both.sentimentBeside)), ("sentiment_here", .of(both.sentimentHere)),
        ])
    }
}
