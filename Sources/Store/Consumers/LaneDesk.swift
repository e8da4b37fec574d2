import Loop
import Service

/// A lane that a worker works in. Used on the worker's loop alone; that is why `@unchecked` holds.
final class LaneDesk: @unchecked Sendable {
    enum Leaving { case giveBack, stop }

    let lane: Int16
    var machine: LaneMachine
    let bell: Bell
    private(set) var leaving: Leaving?
    /// The checkpoint that the consumer group in Redis was last put at.
    var shown: Int64?
    private let taken: LeasedLane

    init(_ lane: LeasedLane, limits: ConsumerLimits, on loop: Loop) {
        self.lane = lane.lane
        taken = lane
        machine = LaneMachine(lane, limits: limits)
        bell = Bell(loop: loop)
    }

    var row: LeasedLane { taken }
    var isLeaving: Bool { leaving != nil }

    func leave(_ reason: Leaving) {
        leaving = reason
        bell.ring()
    }
}
