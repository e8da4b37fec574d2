import Postgres

extension Command {
    static let tail = Command(
        name: "tail",
        summary: "shows events of the log, and those to come",
        guide: """
            ledgerline tail — shows events of the log

            usage: ledgerline tail [--follow] [--from-start] [--limit N] [--type TYPE …] [--call ID] [--reveal] [--json]

              --follow       goes on with what is appended, until SIGINT (Ctrl-C) or SIGTERM
              --from-start   begins with the first event, not with the last ones; ends after --limit events, if one is given
              --limit N      how many of the last events are shown first; default \(TailOptions.limitUsual)
              --type TYPE    only events of this type, such as call.ended, among those that are read; may be said again
              --call ID      only the events of this call, or of any other stream
              --reveal       shows what people said, dialled or told about themselves; otherwise it reads \"(private)\"
              --json         one JSON document on each line

            Inside a lane the order is that of the log; events of several lanes stand in the order in which they were recorded, as
            far as they were read together. Without --reveal payloads are shown as this release would write them.

            \(ConsoleSettings.guide)
            """
    ) { arguments in
        let options = try TailOptions(arguments)
        Interruption.prepare()
        try Database.with { pool in
            try await Interruption.end(on: pool.loop) { try await Tail(options, pool).run() }
        }
    }
}
