import Loop

/// What a connection waits for, and until when.
///
/// It tells when a timer must be armed so that the timer is hardly ever touched: a deadline that moves away is noticed when the
/// timer fires, and only one that comes nearer needs it armed anew.
struct Patience {
    enum Reason: Equatable {
        /// Nothing that the client owes: a handler runs.
        case nothing
        case idle
        case head
        case body
        case write
        case linger
    }

    private(set) var reason = Reason.nothing
    private(set) var deadline = Moment.never
    /// When the timer will fire.
    private var armed = Moment.never

    /// Waits for `reason` from now on. Waiting on for the same reason keeps its deadline.
    mutating func waits(for next: Reason, since now: Moment, _ limits: Limits) {
        guard next != reason else { return }
        reason = next
        deadline =
            switch next {
            case .nothing: .never
            case .idle: now + limits.idleTime
            case .head: now + limits.headTime
            case .body: now + limits.bodyTime
            case .write: now + limits.writeTime
            case .linger: now + limits.lingeringTime
            }
    }

    /// A new wait begins, even if it is for the same reason.
    mutating func restart() { (reason, deadline) = (.nothing, .never) }

    /// The client took bytes.
    mutating func progressed() { if reason == .write { restart() } }

    mutating func fired() { armed = .never }

    /// When the timer must be armed, if it must be touched at all.
    mutating func momentToArm() -> Moment? {
        guard deadline < armed else { return nil }
        armed = deadline
        return deadline
    }
}
