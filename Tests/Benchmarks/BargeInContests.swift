import Foundation
import Wire

/// How soon we are silent when somebody breaks in, as the process measures it.
enum BargeInContests {
    static let all = [clear]

    private static let calls = "100"
    private static let duration = "60s"
    private static let limit = 5.0

    /// All else is the generator's and the line's: it begins where the deciding frame can be read, and ends where the order is written.
    private static let clear = Contest(
        name: "barge-in", question: "99 of 100 orders to be silent with \(calls) calls, from the deciding frame on",
        peer: "a limit of 5 ms", unit: "ms", goal: .atMost(1), rounds: 1
    ) { body in
        let program = URL(filePath: Child.ownPath).deletingLastPathComponent().appending(path: "ledgerline").path
        guard access(program, X_OK) == 0 else {
            throw Trouble("\(program) is not there: build ledgerline and ledgerline-realtime as this was built")
        }
        _ = try Child(core: nil, program, ["migrate"]).finish()
        try body({ try measured(program) }, { Figure(limit) })
    }

    private static func measured(_ program: String) throws -> Figure {
        let words = ["load", "--calls", calls, "--duration", duration, "--json"]
        let text = try Child(core: nil, program, words).finish()
        // What is told on the way stands before it.
        guard let line = text.split(separator: "\n").last(where: { $0.hasPrefix("{") }),
            let step = try steps(String(line)).last, let p99 = step["clear_ms"]?["p99"]?.number,
            let count = step["clear_ms"]?["count"]?.wholeNumber
        else { throw Trouble("ledgerline load has told no figure of clear_ms") }
        return Figure(p99, note: "(\(count) orders)")
    }

    private static func steps(_ text: String) throws -> [JSONValue] {
        guard case .array(let steps)? = try JSONValue(json: Array(text.utf8))["steps"] else { return [] }
        return steps
    }
}
