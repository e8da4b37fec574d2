/// What is done about a pattern, given in how many calls it was seen and how those went. Counts only: whatever comes in whatever order,
/// the same counts give the same.
package enum PatternJudgement {
    /// Learned from fewer it would be chance.
    package static let callsMin = 3
    /// What one caller only was told is theirs.
    package static let subjectsMin = 2
    /// How well it must do at least, to be learned.
    package static let lowMin = 0.3
    /// From here on it is offered to calls.
    package static let offerCallsMin = 5
    package static let offerLowMin = 0.5
    /// From here on it can have failed.
    package static let retireCallsMin = 8
    package static let retireHighMax = 0.5

    /// Of calls that were given it, and of others: from here on they can be compared.
    package static let comparedMin = 20

    package struct Evidence: Hashable, Sendable {
        package let calls: Int
        package let successes: Int
        /// Different customers; a call without one counts for itself.
        package let subjects: Int

        package init(calls: Int, successes: Int, subjects: Int) {
            (self.calls, self.successes, self.subjects) = (calls, successes, subjects)
        }

        package var rate: Fraction? { calls > 0 ? Fraction(Double(successes) / Double(calls)) : nil }
    }

    package enum Standing: Hashable, Sendable { case unknown, learned, retired }
    package enum Step: Hashable, Sendable { case learn, reinforce, retire }

    package static func steps(_ evidence: Evidence, _ standing: Standing) -> [Step] {
        guard let confidence = Confidence(evidence.successes, of: evidence.calls) else { return [] }
        let hasFailed = evidence.calls >= retireCallsMin && confidence.high < retireHighMax
        switch standing {
        case .unknown:
            let isEnough = evidence.calls >= callsMin && evidence.subjects >= subjectsMin
            return isEnough && confidence.low >= lowMin && !hasFailed ? [.learn, .reinforce] : []
        case .learned: return hasFailed ? [.reinforce, .retire] : [.reinforce]
        // Who retired it knew why; counting goes on, for whoever looks.
        case .retired: return []
        }
    }

    /// How calls went, of those of which it is known.
    package struct Outcome: Hashable, Sendable {
        package let successes: Int
        package let calls: Int

        package init(_ successes: Int, of calls: Int) { (self.successes, self.calls) = (successes, calls) }
    }

    /// Calls that were given it go worse than the agent's others, and chance does not explain it.
    package static func doesHarm(given: Outcome, others: Outcome) -> Bool {
        guard given.calls >= comparedMin, others.calls >= comparedMin,
            let given = Confidence(given.successes, of: given.calls),
            let others = Confidence(others.successes, of: others.calls)
        else { return false }
        return given.high < others.low
    }
}
