/// How a caller felt in one call, as it is remembered of them until they call again: from what was scored, turn by turn; pure.
package struct CallMood: Hashable, Sendable {
    package let content: Private<String>
    package let metadata: Private<Freeform>
    /// Those that say a score, in the order of the turns.
    package let events: [EventID]

    /// Nil where nobody scored.
    package init?(_ call: FinishedCall) {
        let scores = call.moods.map(\.score.value)
        guard let first = scores.first, let last = scores.last, let lowest = scores.min() else { return nil }
        content = Private("Seemed \(Self.course(first, lowest, last)) in an earlier call.")
        metadata = Private(
            .object([
                "first": Self.number(first), "lowest": Self.number(lowest), "last": Self.number(last),
                "mean": Self.number(scores.reduce(0, +) / Double(scores.count)),
                "turns": .integer(Int64(scores.count)),
            ]))
        events = call.moods.map(\.event)
    }

    /// A low in between is told only where it was worse than both ends.
    private static func course(_ first: Double, _ lowest: Double, _ last: Double) -> String {
        let (begin, low, end) = (Feeling(first), Feeling(lowest), Feeling(last))
        if low < begin, low < end {
            return "\(begin.words) at first, \(low.words) in between and \(end.words) at the end,"
        }
        return begin == end ? begin.words : "\(begin.words) at first and \(end.words) at the end,"
    }

    /// Scores that differ further behind differ by how they were reckoned.
    private static func number(_ score: Double) -> Freeform { .number((score * 1_000).rounded() / 1_000) ?? .null }

    private enum Feeling: Int, Comparable {
        /// Scores nearer to nought than this say nothing.
        static let calmMax = 0.2

        case upset
        case unhappy
        case calm
        case content

        init(_ score: Double) {
            switch score {
            case ...SuccessRules.upsetMax: self = .upset
            case ..<(-Self.calmMax): self = .unhappy
            case ...Self.calmMax: self = .calm
            default: self = .content
            }
        }

        var words: String {
            switch self {
            case .upset: "upset"
            case .unhappy: "unhappy"
            case .calm: "calm"
            case .content: "content"
            }
        }

        static func < (left: Feeling, right: Feeling) -> Bool { left.rawValue < right.rawValue }
    }
}
