/// Leaves alone who fails again and again: it spares the callers their waiting, and a carrier that comes back the rush. Pure; times
/// are what the caller's clock shows.
package struct Breaker: Sendable {
    /// Failures in a row until it opens.
    package static let failuresMax = 5
    package static let rest = Duration.seconds(10)

    private enum State {
        case closed(failures: Int)
        case open(until: Duration)
        /// One is let through, to see.
        case trying(since: Duration)
    }

    private var state = State.closed(failures: 0)

    package init() {}

    package var isOpen: Bool { if case .closed = state { false } else { true } }

    /// Whether a command may go out.
    package mutating func admits(at now: Duration) -> Bool {
        switch state {
        case .closed: return true
        case .open(let until):
            guard now >= until else { return false }
            state = .trying(since: now)
            return true
        case .trying(let since):
            // Whoever tried was cancelled, and told nobody how it went.
            guard now - since >= Self.rest else { return false }
            state = .trying(since: now)
            return true
        }
    }

    package mutating func succeeded() { state = .closed(failures: 0) }

    package mutating func failed(at now: Duration) {
        switch state {
        case .closed(let failures) where failures + 1 < Self.failuresMax: state = .closed(failures: failures + 1)
        case .closed, .trying: state = .open(until: now + Self.rest)
        case .open: break
        }
    }
}
