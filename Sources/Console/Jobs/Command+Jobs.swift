import Jobs

extension Command {
    static let jobs = Command(
        name: "jobs",
        summary: "counts and lists jobs, tries them again, cancels them",
        guide: """
            ledgerline jobs — slow work: what waits, runs and has ended

            usage: ledgerline jobs [counts] [--json]
                   ledgerline jobs list [--state STATE] [--queue NAME] [--kind NAME] [--limit N] [--json]
                   ledgerline jobs show JOB [--reveal] [--json]
                   ledgerline jobs retry JOB [--attempts N] [--json]
                   ledgerline jobs cancel JOB [--json]

            counts   how many jobs each queue has in each state, and how long the oldest has waited
            list     those that live, or those in one state
              --state STATE    scheduled, available, running, retry, completed, cancelled or discarded
              --limit N        at most so many; default and most \(JobBoard.listMax)
            show     all that is known of one, with the reasons why it did not end well
              --reveal         its arguments too, which may be personal
            retry    gives a discarded job new attempts, at once
              --attempts N     how many; default \(JobCommands.attemptsUsual)
            cancel   a job that waits never runs; one that runs is told at its worker's next heartbeat

            \(ConsoleSettings.guide)
            """
    ) { arguments in
        let rest = Array(arguments.dropFirst())
        switch arguments.first {
        case "list": try JobCommands.list(rest)
        case "show": try JobCommands.show(rest)
        case "retry": try JobCommands.retry(rest)
        case "cancel": try JobCommands.cancel(rest)
        case "counts": try JobCommands.counts(rest)
        case let word? where !word.hasPrefix("-"): throw UsageError("jobs can't \(word)")
        default: try JobCommands.counts(arguments)
        }
    }
}
