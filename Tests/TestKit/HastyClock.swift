package import Loop
import Synchronization

/// A clock that jumps each time somebody looks at it.
package final class HastyClock: Sendable {
    private let step: Duration
    private let moment = Mutex(Moment.now)

    package init(step: Duration) { self.step = step }

    package var now: Moment {
        moment.withLock { moment in
            moment = moment + step
            return moment
        }
    }
}
