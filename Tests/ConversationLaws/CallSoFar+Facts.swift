package import Domain

extension CallSoFar {
    /// Of all that happened, in its order. Nil unless the call was let go, and nobody has taken it over since.
    package init?(_ facts: [CallFact]) {
        var reading = CallReading()
        for fact in facts { if let event = fact.event { reading.take(event, at: fact.at) } }
        guard let past = reading.past else { return nil }
        self = past
    }
}
