import Postgres
import Store

extension Command {
    static let consumers = Command(
        name: "consumers",
        summary: "shows how far each consumer is in each lane",
        guide: """
            ledgerline consumers — shows how far each consumer is in each lane, who works for it, and what waits

            usage: ledgerline consumers [CONSUMER@VERSION] [--json]

              --json   one JSON document on each line: {"consumer":…,"lanes":[…]}

              position   the last event that had its effect       waits   how long the first one behind it has
              lag        events behind it                         owner   the beginning of its worker's id; - is nobody

            \(ConsoleSettings.guide)
            """
    ) { arguments in
        let arguments = try Arguments(arguments, flags: ["--json"])
        let printer = Printer(isJSON: arguments.has("--json"))
        guard arguments.words.count < 2 else { throw UsageError("\(arguments.words[1]) is one word too many") }
        let wanted = try arguments.words.first.map { try ConsumerName.typed($0) }
        try Database.with { pool in
            let source = LogSource.pool(pool)
            let live = Set(try await Rebuild.liveVersions(through: source).map(\.description))
            let parked = Dictionary(
                try await ParkedCount.read(through: source).map { ($0.consumer, $0) },
                uniquingKeysWith: { one, _ in one })
            let lags = try await ConsumerLag.read(through: source)
                .filter { wanted == nil || $0.consumer == wanted?.description }
            if lags.isEmpty {
                if let wanted {
                    throw Trouble("nobody has ever worked for \(wanted); `ledgerline consumers` lists the others")
                }
                printer.say("no consumer has begun yet: start ledgerline-workers")
            }
            for (name, lanes) in Dictionary(grouping: lags, by: \.consumer).sorted(by: { $0.key < $1.key }) {
                let view = ConsumerView(name: name, lanes: lanes, isLive: live.contains(name), parked: parked[name])
                printer.show(view.text, view.document)
            }
        }
    }
}

extension ConsumerName {
    /// As somebody typed it.
    static func typed(_ text: String) throws(UsageError) -> ConsumerName {
        guard let name = ConsumerName(text) else {
            throw UsageError("a consumer is named like calls@1, not \(text)")
        }
        return name
    }
}
