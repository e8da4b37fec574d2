import Loop
import Postgres
import Service

extension Command {
    static let load = Command(
        name: "load",
        summary: "puts many calls on a realtime process, and says what one costs",
        guide: """
            ledgerline load — many telephone calls at once: what each costs, how well it is carried, how many are too many

            usage: ledgerline load [--calls N] [--duration T] [--ramp] [--providers sim|local] [--overload] [--finished N]
                                   [--objective NAME=LIMIT …] [--core N] [--json]

            A realtime process is started with a core of its own; callers, carrier and simulated providers stay on the other cores.
            Callers have voices, so the network that tells speech from noise has work; they ask, listen, and break in.
            The log and the tickets are real: DATABASE_URL is migrated, and its log keeps what the calls leave there.

              --calls N          how many calls at the same time; 100 if not said
              --duration T       how long each number of calls is watched, such as 45s or 2m; 30s if not said
              --ramp             a quarter, a half, three quarters and all of them; where that fails, halves in between, until the
                                 cap is known to a sixteenth of N
              --providers sim    the vendors' protocols over sockets, from simulators that answer at once (the usual)
              --providers local  engines of our own, which hear, think and speak in the process itself
              --overload         then offers half as many again as the process may take (N): exactly N must be taken, and the
                                 others be refused while these go on undisturbed; the exit code is 1 if not
              --finished N       then makes and ends so many short calls, and says what memory they left behind
              --objective        what a number of calls must keep to be carried: core (% of it in use), turn (ms that we add to
                                 a caller's wait, p95), jitter (ms, p99), stop (ms from the deciding frame until the order to
                                 be quiet, p99), clear (the same within the process), late (% of pieces), errors; NAME=off
                                 is not looked at
              --core N           the core that realtime gets; the last if not said
              --json             one document instead of a page in Markdown

            When whoever makes the calls is the bottleneck, it says so: the figures are then its own, and the cap is at least that.
            `make load` does all of it with servers of its own and a release build. docs/density.md says what was found.

            settings
              DATABASE_URL, REDIS_URL   servers of the realtime process
              LEDGERLINE_MODELS         the folder of the models, for voice activity: deploy/local/models fetches them
            """
    ) { arguments in
        let options = try LoadOptions(arguments)
        let settings = try LoadSettings(.process)
        let core = try ProcessorPin.realtimeCore(options.core)
        // Before any thread is there: they inherit it.
        try ProcessorPin.keep(to: ProcessorPin.others(than: core))
        try Database.with(settings.database) { pool in
            let ticker = LoadTicker()
            var report = try await LoadHouse.with(options, settings, core: core, on: pool.loop) { house in
                var report = LoadReport(machine: .here(realtimeCore: core), options: options)
                try await LoadRun(house, options, pool, ticker).run(&report)
                return report
            }
            if options.finished > 0 {
                report.leak = try await LoadHouse.with(options, settings, core: core, on: pool.loop) { house in
                    try await LoadRun(house, options, pool, ticker).leak()
                }
            }
            ticker.end()
            Printer(isJSON: options.isJSON).show(report.markdown, report.document)
            if report.isFaulty { throw Trouble("calls were taken beyond the cap, or refused below it") }
        }
    }
}
