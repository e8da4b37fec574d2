extension Command {
    static let analysis = Command(
        name: "analysis",
        summary: "looks again at calls that are over, compares, and says whose looks count",
        guide: """
            ledgerline analysis — other looks at calls that are over, beside those that count

            usage: ledgerline analysis run --organization NAME --name NAME --from TIME --to TIME [--agent ID]
                                           [--analyst configured|rules] [--plan as_called|published] [--json]
                   ledgerline analysis list --organization NAME [--json]
                   ledgerline analysis compare RUN --organization NAME [--beside RUN] [--json]
                   ledgerline analysis choose RUN|usual --organization NAME [--from TIME] [--json]

            run       looks again at all calls that began at --from or later and before --to; the workers do it
              --analyst   who looks: whoever does here, which is the default, or our rules
              --plan      what for: what the agent's version that was speaking asks for, which is the default, or its published one
            list      runs and how far they are, and the choices that were made
            compare   what a run made of its calls, beside the usual looks or another run
            choose    lets a run's looks count from now on, for calls that began at --from or later; usual puts it back

            \(ConsoleSettings.guide)
            """
    ) { arguments in
        let rest = Array(arguments.dropFirst())
        switch arguments.first {
        case "run": try AnalysisCommands.run(rest)
        case "list": try AnalysisCommands.list(rest)
        case "compare": try AnalysisCommands.compare(rest)
        case "choose": try AnalysisCommands.choose(rest)
        case let word?: throw UsageError("analysis can't \(word)")
        case nil: throw UsageError("run, list, compare or choose?")
        }
    }
}
