import Loop
import Service

/// What is tried, and by whom or at whom.
enum AttemptSubject: Hashable, Sendable {
    case signIn(account: String)
    case signInFrom(address: String)
    case refreshFrom(address: String)

    /// How many are allowed in the time.
    var allowance: (count: Int, per: Duration) {
        switch self {
        case .signIn: (10, .seconds(300))
        case .signInFrom: (50, .seconds(300))
        case .refreshFrom: (300, .seconds(300))
        }
    }
}

/// Counts attempts, so that nobody can try without end.
protocol AttemptLimiting: Sendable {
    /// Nil if it is allowed, else how long to wait.
    func attempt(_ subject: AttemptSubject) async -> Duration?
    /// It succeeded: what was counted against the subject is void.
    func forgive(_ subject: AttemptSubject) async
}

/// Counts in this process's memory, of a size that has a limit. Each process counts for itself.
final class AttemptLimiter: AttemptLimiting {
    static let subjectsMax = 20_000

    private struct Window {
        var endsAt: Moment
        var count: Int
    }

    private let windows = Shared<[AttemptSubject: Window]>([:])

    func attempt(_ subject: AttemptSubject) async -> Duration? { attempt(subject, at: .now) }

    func attempt(_ subject: AttemptSubject, at now: Moment) -> Duration? {
        let (count, span) = subject.allowance
        return windows.with { windows in
            if var window = windows[subject], window.endsAt > now {
                guard window.count < count else { return window.endsAt - now }
                window.count += 1
                windows[subject] = window
                return nil
            }
            if windows.count >= Self.subjectsMax {
                windows = windows.filter { $0.value.endsAt > now }
                // Still full: an attack from many sides. One that has done least makes room.
                if windows.count >= Self.subjectsMax,
                    let least = windows.prefix(64).min(by: { $0.value.count < $1.value.count })
                {
                    windows[least.key] = nil
                }
            }
            windows[subject] = Window(endsAt: now + span, count: 1)
            return nil
        }
    }

    func forgive(_ subject: AttemptSubject) async { windows.with { $0[subject] = nil } }

    var count: Int { windows.with { $0.count } }
}
