package import Domain
package import Loop

/// Keeps a provider from being asked while it fails: after three failures it rests a minute, then one stream tries whether it
/// works again.
package struct ProviderBreaker: Hashable, Sendable {
    package struct Settings: Hashable, Sendable {
        package var failuresMax = 3
        /// Failures further apart do not add up.
        package var window = Duration.seconds(60)
        package var rest = Duration.seconds(60)

        package init() {}
    }

    private enum State: Hashable {
        /// → open, on the last failure it may have
        case closed(failures: Int, first: Moment?)
        /// → trying, when the rest is over
        case open(since: Moment, until: Moment)
        /// One stream is out → closed, open; another may try if nothing was heard of it by `until`
        case trying(since: Moment, until: Moment)
    }

    private var state = State.closed(failures: 0, first: nil)
    private let settings: Settings

    package init(_ settings: Settings = Settings()) { self.settings = settings }

    package func allows(at now: Moment) -> Bool {
        switch state {
        case .closed: true
        case .open(_, let until), .trying(_, let until): now >= until
        }
    }

    /// Somebody asks it now, which `allows` allowed.
    package mutating func asked(at now: Moment) {
        switch state {
        case .closed: break
        case .open(let since, _), .trying(let since, _): state = .trying(since: since, until: now + settings.rest)
        }
    }

    /// Answers how long it was out of use, if it was.
    package mutating func succeeded(at now: Moment) -> Duration? {
        defer { state = .closed(failures: 0, first: nil) }
        switch state {
        case .closed: return nil
        case .open(let since, _), .trying(let since, _): return now - since
        }
    }

    package mutating func failed(_ fault: StreamFault, at now: Moment) {
        switch state {
        case .closed(let failures, let first):
            let isRecent = first.map { now - $0 < settings.window } ?? false
            let count = isRecent ? failures + 1 : 1
            guard count >= settings.failuresMax || fault.isLasting else {
                state = .closed(failures: count, first: isRecent ? first : now)
                return
            }
            state = .open(since: now, until: now + rest(after: fault))
        case .open(let since, let until): state = .open(since: since, until: max(until, now + rest(after: fault)))
        case .trying(let since, _): state = .open(since: since, until: now + rest(after: fault))
        }
    }

    /// The one who asked went away and learned nothing.
    package mutating func abandoned(at now: Moment) {
        if case .trying(let since, _) = state { state = .open(since: since, until: now) }
    }

    private func rest(after fault: StreamFault) -> Duration {
        if case .rateLimited(let wait?) = fault.cause { wait } else { settings.rest }
    }
}
