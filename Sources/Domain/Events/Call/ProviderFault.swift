/// How a provider let us down.
package enum ProviderFault: String, Hashable, Sendable, CaseIterable {
    case timedOut = "timed_out"
    case unreachable
    case rateLimited = "rate_limited"
    case unauthorized
    case overloaded
    case refused
    case badAnswer = "bad_answer"
    case closedEarly = "closed_early"
    /// Not asked: it failed too often just before.
    case circuitOpen = "circuit_open"
}
