import Crypto
import Store
import Wire

/// What `ledgerline dead-letters` does.
enum LetterCommands {
    /// Who decides when nobody is named: an id that is no user's.
    private static let nobody = UUID(value: 0)

    static func list(_ arguments: [String]) throws {
        let arguments = try Arguments(
            arguments, flags: ["--json"], values: ["--consumer", "--organization", "--state", "--limit"])
        _ = try arguments.words()
        let printer = Printer(isJSON: arguments.has("--json"))
        let scope = try scope(arguments)
        let word = try arguments.value("--state") ?? DeadLetter.State.parked.rawValue
        guard let state = DeadLetter.State(rawValue: word) else {
            throw UsageError("--state is parked, resolved or discarded, not \(word)")
        }
        let limit = try arguments.count("--limit", in: 1...ConsumerLimits.listPageMax) ?? ConsumerLimits.listPageMax
        try Database.with { pool in
            let letters = try await DeadLetters(pool).letters(of: scope, state: state, limit: limit)
            if printer.isJSON {
                for letter in letters { printer.show("", document(letter)) }
                return
            }
            if letters.isEmpty { return printer.say("no letters are \(state.rawValue)") }
            let rows = letters.map { letter in
                [
                    "\(letter.id)", letter.consumer, "\(letter.stream)", "\(letter.version)",
                    "\(letter.lane)/\(letter.position)", "\(letter.attempts)", "\(letter.parkedAt)", letter.errorClass,
                    letter.error,
                ]
            }
            printer.say(
                Printer.table(
                    ["letter", "consumer", "stream", "version", "place", "attempts", "since", "class", "error"], rows))
            if letters.count == limit {
                printer.say("there may be more: --limit, --consumer and --organization choose")
            }
        }
    }

    static func replay(_ arguments: [String]) throws {
        let arguments = try Arguments(arguments, flags: ["--json"], values: ["--by"])
        let words = try arguments.words("CONSUMER@VERSION", "STREAM")
        let printer = Printer(isJSON: arguments.has("--json"))
        let ruling = try ruling(words, arguments)
        try Database.with { pool in
            guard try await DeadLetters(pool).askForReplay(ruling) else { throw notParked(ruling) }
            printer.show(
                "asked for: the workers of \(ruling.consumer) do it now; `ledgerline dead-letters list` shows what still waits",
                .object([("asked", .bool(true)), ("stream_id", .of(ruling.stream))]))
        }
    }

    static func discard(_ arguments: [String]) throws {
        let arguments = try Arguments(arguments, flags: ["--json"], values: ["--by"])
        let printer = Printer(isJSON: arguments.has("--json"))
        guard arguments.words.count > 2 else {
            throw UsageError(["CONSUMER@VERSION", "STREAM", "LETTER"][arguments.words.count] + " is missing")
        }
        let ruling = try ruling(arguments.words, arguments)
        var letters: [Int64] = []
        for word in arguments.words.dropFirst(2) {
            guard let letter = Int64(word) else { throw UsageError("a letter is a number, not \(word)") }
            letters.append(letter)
        }
        let wanted = letters
        try Database.with { pool in
            let count = try await DeadLetters(pool).discard(wanted, ruling)
            guard count > 0 else { throw notParked(ruling) }
            printer.show(
                "discarded \(count) of \(wanted.count)"
                    + (count < wanted.count ? "; the others are not parked letters of this stream" : ""),
                .object([("discarded", .of(count)), ("asked", .of(wanted.count))]))
        }
    }

    private static func scope(_ arguments: Arguments) throws(UsageError) -> DeadLetters.Scope {
        let organization = try arguments.id("--organization")
        guard let text = try arguments.value("--consumer") else {
            return organization.map { .organization($0) } ?? .all
        }
        let consumer = try ConsumerName.typed(text)
        return organization.map { .both(consumer, $0) } ?? .consumer(consumer)
    }

    private static func ruling(_ words: [String], _ arguments: Arguments) throws(UsageError) -> LetterRuling {
        LetterRuling(
            on: try Arguments.id(words[1], "STREAM"), for: try ConsumerName.typed(words[0]),
            by: try arguments.id("--by") ?? nobody)
    }

    private static func notParked(_ ruling: LetterRuling) -> Trouble {
        Trouble(
            "nothing of this waits for \(ruling.consumer) in stream \(ruling.stream); `ledgerline dead-letters list` shows what does"
        )
    }

    private static func document(_ letter: DeadLetter) -> JSONValue {
        .object([
            ("letter", .of(letter.id)), ("consumer", .string(letter.consumer)), ("stream_id", .of(letter.stream)),
            ("organization_id", .of(letter.organization)), ("event_id", .of(letter.event)), ("lane", .of(letter.lane)),
            ("position", .of(letter.position)), ("version", .of(letter.version)),
            ("state", .string(letter.state.rawValue)), ("attempts", .of(letter.attempts)),
            ("error_class", .string(letter.errorClass)), ("error", .string(letter.error)),
            ("parked_at", .of(letter.parkedAt)), ("decided_by", .of(letter.decidedBy)),
            ("decided_at", .of(letter.decidedAt)),
        ])
    }
}
