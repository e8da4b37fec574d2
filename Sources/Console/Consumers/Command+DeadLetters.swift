import Store

extension Command {
    static let deadLetters = Command(
        name: "dead-letters",
        summary: "lists events that could not be applied, tries them again, gives up on them",
        guide: """
            ledgerline dead-letters — events that a consumer could not apply, and those of the same stream behind them

            usage: ledgerline dead-letters list [--consumer NAME@VERSION] [--organization ID] [--state STATE] [--limit N] [--json]
                   ledgerline dead-letters replay CONSUMER@VERSION STREAM [--by USER] [--json]
                   ledgerline dead-letters discard CONSUMER@VERSION STREAM LETTER … [--by USER] [--json]

            list      letters in the order in which they came
              --state STATE   parked (the default), resolved or discarded
              --limit N       at most so many; default and most \(ConsumerLimits.listPageMax)
            replay    asks the consumer's workers to apply what waits of a stream, in order; mend the cause first
            discard   gives up on letters for good; what waits behind them waits on, until it is replayed
              --by USER       who decides, kept with the letters; nobody in particular when absent

            \(ConsoleSettings.guide)
            """
    ) { arguments in
        switch arguments.first {
        case "list": try LetterCommands.list(Array(arguments.dropFirst()))
        case "replay": try LetterCommands.replay(Array(arguments.dropFirst()))
        case "discard": try LetterCommands.discard(Array(arguments.dropFirst()))
        case let word?: throw UsageError("dead-letters can't \(word)")
        case nil: throw UsageError("list, replay or discard?")
        }
    }
}
