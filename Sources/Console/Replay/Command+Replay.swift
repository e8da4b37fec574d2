import Service

extension Command {
    static let replay = Command(
        name: "replay",
        summary: "runs a call again from its trace, and says what is different",
        guide: """
            ledgerline replay — runs a call's conversation again, step by step, from the trace of what happened to it

            usage: ledgerline replay CALL [--trace FILE] [--step N] [--all] [--reveal] [--no-log] [--json]
                   ledgerline replay CALL --agent VERSION | --set NAME=VALUE … [--json]

              --trace FILE      this trace, and not the one in the folder
              --step N          only that step, with everything that the conversation knew
              --all             every frame, timer and piece of sound; otherwise those that something came of
              --reveal          shows what people said, dialled or told about themselves; otherwise it reads \"(private)\"
              --no-log          does not ask the database
              --agent VERSION   what would have been decided with this published version of the call's agent
              --set NAME=VALUE  the same with another value of turn_taking, such as silence_ms=700; may be said again
              --json            one JSON document on each line

            The same code decides the same of the same inputs. So it ends with 0 and “no difference”, or with 1 and the first step at
            which this release decides otherwise than the call did. Where the database can be reached, what is decided is held
            against the call's events as well. With --agent or --set it shows which decisions would have come at other times, until
            a model would have been asked about other words than it was.

            \(ReplaySettings.guide)
            """
    ) { arguments in
        let options = try ReplayOptions(arguments)
        let settings = try ReplaySettings(.process)
        let files = try ReplayFiles.find(options, in: settings.folder)
        for file in files { try Replaying(file, isOnlyOne: files.count == 1, options, settings).run() }
    }
}
