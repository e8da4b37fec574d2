/// How long this caller pauses without having finished, learned while they speak.
struct Pauses: Hashable, Sendable {
    private(set) var typical: Milliseconds?

    /// They went on after this.
    mutating func learned(_ pause: Milliseconds) {
        guard let typical else { return self.typical = pause }
        // Longer pauses are believed sooner than shorter ones: cutting somebody off is worse than waiting.
        let weight: Int64 = pause > typical ? 50 : 20
        self.typical = typical.percent(100 - weight) + pause.percent(weight)
    }
}
