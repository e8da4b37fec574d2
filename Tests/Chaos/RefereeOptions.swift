/// What the referee is told.
struct RefereeOptions: Sendable {
    var seconds = 60
    var seed = UInt64.random(in: 1...999_999_999)
    /// Leaves ledgers, journals and logs behind.
    var keeps = false

    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        while let word = rest.popFirst() {
            switch word {
            case "--seconds":
                guard let text = rest.popFirst(), let seconds = Int(text), (5...86_400).contains(seconds) else {
                    throw Trouble("--seconds takes a number from 5 to 86400")
                }
                self.seconds = seconds
            case "--seed":
                guard let text = rest.popFirst(), let seed = UInt64(text) else {
                    throw Trouble("--seed takes a number")
                }
                self.seed = seed
            case "--keep": keeps = true
            default: throw Trouble("I don't know \(word): referee [--seconds N] [--seed N] [--keep]")
            }
        }
    }
}
