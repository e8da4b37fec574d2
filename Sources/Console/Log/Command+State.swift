import Crypto
import Domain
import Service
import Store

extension Command {
    static let state = Command(
        name: "state",
        summary: "shows a call as it was at a version",
        guide: """
            ledgerline state — folds a call's events and shows what was known of it then

            usage: ledgerline state CALL [--at VERSION] [--reveal] [--json]

              --at VERSION   with the call's first VERSION events only; default all of them
              --reveal       shows what people said, dialled or told about themselves; otherwise it reads \"(private)\"
              --json         one JSON document

            It reads the log itself and no read model: what it shows is true however far the consumers are.

            \(ConsoleSettings.guideWithKey)
            """
    ) { arguments in
        let arguments = try Arguments(arguments, flags: ["--reveal", "--json"], values: ["--at"])
        let call = try Arguments.id(try arguments.words("CALL")[0], "CALL")
        let version = try arguments.count("--at", in: 1...Int(Int32.max)).map { Int32($0) } ?? .max
        let printer = Printer(isJSON: arguments.has("--json"))
        let isRevealing = arguments.has("--reveal")
        let sealing = try SealingKey.find(.process)
        try Database.with { pool in
            let log = try await EventLog.read(through: .pool(pool))
            guard let first = try await log.events(of: call, limit: 1, through: .pool(pool)).first else {
                throw Trouble("the log has no stream \(call)")
            }
            let state = try await CallHistory(log, sealing).state(
                of: CallID(call), of: OrganizationID(first.organization), at: version, through: .pool(pool))
            guard let state else { throw Trouble("the stream \(call) is no call") }
            let view = CallView(call: call, organization: first.organization, state: state, isRevealing: isRevealing)
            printer.show(view.text, view.document)
            if isRevealing, sealing == nil, try await log.hasSealed(call, through: .pool(pool)) {
                Console.complain(
                    "words of this call are sealed, and may read as (erased) only for that: \(SealingKey.advice)")
            }
        }
    }
}
