import Domain
import Loop
import Store
import Wire

/// The world's time as a call counts it: read once, then moved on by a clock that nobody sets.
struct CallClock {
    private let wall = Instant(Timestamp.now)
    private let moment = Moment.now

    var now: Instant { wall.after(Milliseconds(Moment.now - moment)) }

    func moment(of instant: Instant) -> Moment { moment + max(.zero, instant - wall) }
}
