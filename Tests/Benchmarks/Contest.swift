/// One comparison of us with a peer, or with a limit of the machine, made in alternating rounds of the same run.
///
/// Only the ratio is kept: the machine's speed drifts between runs, and both sides drift together.
struct Contest: Sendable {
    enum Goal: Sendable {
        case atMost(Double)
        case atLeast(Double)

        func isMet(by ratio: Double) -> Bool {
            switch self {
            case .atMost(let bound): ratio <= bound
            case .atLeast(let bound): ratio >= bound
            }
        }

        var text: String {
            switch self {
            case .atMost(let bound): "≤ \(bound)"
            case .atLeast(let bound): "≥ \(bound)"
            }
        }
    }

    let name: String
    let question: String
    let peer: String
    let unit: String
    let goal: Goal
    var rounds = 3
    /// Sets up what both sides need, hands over the two measurements, and clears up behind them.
    let prepare:
        @Sendable (_ body: (_ ours: () throws -> Figure, _ theirs: () throws -> Figure) throws -> Void) throws -> Void
}

/// How a contest ended.
struct Outcome {
    let contest: Contest
    let ours: Double
    let theirs: Double
    /// The median of the rounds' own ratios.
    let ratio: Double
    let spread: ClosedRange<Double>
    var isMet: Bool { contest.goal.isMet(by: ratio) }
}

extension Contest {
    func run(progress: (String) -> Void) throws -> Outcome {
        var ours: [Double] = []
        var theirs: [Double] = []
        try prepare { measureOurs, measureTheirs in
            for round in 1...rounds {
                let mine = try measureOurs()
                let other = try measureTheirs()
                progress(
                    "  round \(round)/\(rounds): ours \(mine.value.short) \(mine.note) · \(peer) \(other.value.short) \(other.note)"
                )
                ours.append(mine.value)
                theirs.append(other.value)
            }
        }
        let ratios = zip(ours, theirs).map(/).sorted()
        guard let least = ratios.first, let most = ratios.last else { throw Trouble("\(name): no round was measured") }
        return Outcome(
            contest: self, ours: ours.median, theirs: theirs.median, ratio: ratios.median, spread: least...most)
    }
}

extension [Double] {
    var median: Double {
        let sorted = sorted()
        guard !sorted.isEmpty else { return .nan }
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }
}
