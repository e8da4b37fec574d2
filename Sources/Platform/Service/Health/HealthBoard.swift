import Synchronization

/// Where everybody writes how their part is doing, and the operations routes read it. From any thread.
package final class HealthBoard: Sendable {
    private let checks = Mutex<[HealthReport.Check]>([])

    package init() {}

    /// Adds a check. It is down until somebody says otherwise: nothing is ready before it said so.
    package func expect(_ name: String, _ weight: HealthReport.Weight, at now: WallTime = .now) {
        checks.withLock { checks in
            precondition(!checks.contains { $0.name == name }, "the check \(name) was added twice")
            checks.append(.init(name: name, weight: weight, state: .down("has not reported yet"), since: now))
        }
    }

    /// Says how a check is doing. "Since when" moves only if the kind of state changes; the reason may change
    /// meanwhile.
    package func report(_ name: String, _ state: HealthState, at now: WallTime = .now) {
        checks.withLock { checks in
            guard let index = checks.firstIndex(where: { $0.name == name }) else {
                preconditionFailure("the check \(name) was never added")
            }
            if checks[index].state.rank != state.rank { checks[index].since = now }
            checks[index].state = state
        }
    }

    package var report: HealthReport { HealthReport(checks: checks.withLock { $0 }) }
}
