import Postgres
import Service
import Store

extension Command {
    static let rebuild = Command(
        name: "rebuild",
        summary: "builds a read model anew beside the live one, and goes over to it",
        guide: """
            ledgerline rebuild — builds a new version of a read model from the log and goes over to it

            usage: ledgerline rebuild calls@VERSION [--lag N] [--json]

              --lag N   goes over when no more than N events are missing; default 0
              --json    one JSON document on each line

            Makes the tables calls_vVERSION, … if they are not there, with the columns of the live version's; works at them itself,
            beside the live version, which goes on; and when it has caught up, makes the new version live and points the views at
            it, in one transaction. Interrupted, it goes on where it was when it is called again. ledgerline-workers notice the
            new version by themselves. The old tables stay until somebody drops them.

            It folds as this release does: bring ledgerline-workers to the same release first.

            settings
              DATABASE_OWNER_URL   the database, as the login that owns it; DATABASE_URL when absent
              DATABASE_URL         the database, as the processes' login
              LEDGERLINE_SEALING_KEY   opens what people said, where it is sealed: the one that the processes have
            """
    ) { arguments in
        let arguments = try Arguments(arguments, flags: ["--json"], values: ["--lag"])
        let name = try ConsumerName.typed(try arguments.words("calls@VERSION")[0])
        guard name.name == "calls" else { throw UsageError("there is no read model \(name.name); there is calls") }
        let lag = try arguments.count("--lag", in: 0...1_000_000) ?? 0
        let printer = Printer(isJSON: arguments.has("--json"))
        let sealing = try SealingKey.find(.process)
        try Database.with(try MigrateSettings(.process).database) { pool in
            try await Rebuilding(name, lagMax: Int64(lag), pool, printer, sealing).run()
        }
    }
}
