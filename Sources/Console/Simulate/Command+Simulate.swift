import Service

extension Command {
    static let simulate = Command(
        name: "simulate",
        summary: "plays a telephone call against the running system",
        guide: """
            ledgerline simulate — a simulated carrier and a person on the telephone; all the rest is real

            usage: ledgerline simulate SCRIPT [--wav FILE] [--json]
                   ledgerline simulate --prepare

            SCRIPT             who answers, who calls, what they say, and what is to come of it: see examples/
              --wav FILE       writes what both sides heard: the person left, the agent right
              --json           each event as a JSON document, then one document with the expectations
            --prepare          makes the simulated carrier's keys, if there are none, and prints the settings that the processes need
                               to take it for theirs

            The agent and the customer of the script are made through the API, in an organization named \(CarrierDesk.organization). The exit code
            is 0 if everything came as the script expects.

            settings
              LEDGERLINE_DESK   the file with the simulated carrier's keys and the demo owner's password; default \(SimulateSettings.deskUsual)
              PUBLIC_URL        where the API is; default http://127.0.0.1:8080
              DATABASE_URL      the database, to make the demo's owner the first time
            """
    ) { arguments in
        let options = try SimulateOptions(arguments)
        let settings = try SimulateSettings(.process)
        if options.isPreparing { return try SimulateCommand.prepare(settings) }
        try SimulateCommand.play(options, settings)
    }
}

/// What was typed behind `simulate`.
struct SimulateOptions {
    let isPreparing: Bool
    let script: String
    let wav: String?
    let isJSON: Bool

    init(_ arguments: [String]) throws(UsageError) {
        let arguments = try Arguments(arguments, flags: ["--prepare", "--json"], values: ["--wav"])
        isPreparing = arguments.has("--prepare")
        script = isPreparing ? try Self.none(arguments) : try arguments.words("SCRIPT")[0]
        wav = try arguments.value("--wav")
        isJSON = arguments.has("--json")
    }

    private static func none(_ arguments: Arguments) throws(UsageError) -> String {
        _ = try arguments.words()
        return ""
    }
}
