import Crypto
import Domain

/// What `ledgerline replay` was asked.
struct ReplayOptions {
    let call: UUID?
    let file: String?
    let agentVersion: Int32?
    /// Of `turn_taking`, by the names that agents have there.
    let times: [String: Freeform]
    let step: Int?
    let isShowingAll: Bool
    let isRevealing: Bool
    let asksLog: Bool
    let isJSON: Bool

    init(_ arguments: [String]) throws {
        let arguments = try Arguments(
            arguments, flags: ["--all", "--reveal", "--no-log", "--json"],
            values: ["--trace", "--agent", "--set", "--step"])
        file = try arguments.value("--trace")
        if file == nil || !arguments.words.isEmpty {
            call = try Arguments.id(try arguments.words("CALL")[0], "CALL")
        } else {
            call = nil
        }
        agentVersion = try arguments.count("--agent", in: 1...Int(Int32.max)).map { Int32($0) }
        step = try arguments.count("--step", in: 1...Int(Int32.max))
        var times: [String: Freeform] = [:]
        for setting in arguments.all("--set") {
            let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let value = Self.value(parts[1]) else {
                throw UsageError("--set is a name and a number, such as silence_ms=700, not \(setting)")
            }
            times[parts[0]] = value
        }
        self.times = times
        isShowingAll = arguments.has("--all")
        isRevealing = arguments.has("--reveal")
        asksLog = !arguments.has("--no-log")
        isJSON = arguments.has("--json")
    }

    var isWhatIf: Bool { agentVersion != nil || !times.isEmpty }

    private static func value(_ text: String) -> Freeform? {
        switch text {
        case "true": .bool(true)
        case "false": .bool(false)
        default: Int64(text).map { .integer($0) }
        }
    }
}
