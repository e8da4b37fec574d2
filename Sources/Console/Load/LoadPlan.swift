/// Which numbers of calls are tried, one after the other; pure.
///
/// A ramp goes up by quarters. Where one of them fails the truth lies between it and the one before, and is looked for by
/// halves until it is known to a sixteenth.
struct LoadPlan {
    struct Tried: Equatable {
        let calls: Int
        let isMet: Bool
    }

    let calls: Int
    let isRamp: Bool

    /// Nil when nothing more is to be learnt.
    func next(after tried: [Tried]) -> Int? {
        guard isRamp else { return tried.isEmpty ? calls : nil }
        let least = max(1, calls / 16)
        let good = tried.filter(\.isMet).map(\.calls).max() ?? 0
        // What failed below something that did not was bad luck.
        guard let bad = tried.filter({ !$0.isMet && $0.calls > good }).map(\.calls).min() else {
            let steps = (1...4).map { max(1, calls * $0 / 4) }
            return steps.first { step in step > good && !tried.contains { $0.calls == step } }
        }
        guard bad - good > least else { return nil }
        return (good + bad) / 2
    }

    /// The most calls that were carried well, 0 if none were.
    static func cap(_ tried: [Tried]) -> Int { tried.filter(\.isMet).map(\.calls).max() ?? 0 }

    /// Whether more might have been: nothing above the cap has failed.
    static func isOpen(_ tried: [Tried]) -> Bool {
        let cap = cap(tried)
        return !tried.contains { !$0.isMet && $0.calls > cap }
    }
}
