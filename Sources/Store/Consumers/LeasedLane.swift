/// A row of `consumer_lanes`, as its owner sees it.
package struct LeasedLane: Hashable, Sendable {
    package let lane: Int16
    package let token: Int64
    package let position: Int64
    package let stepThrough: Int64
    /// Attempts at the next event that earlier owners wrote down.
    package let tries: Int32
    /// Built beside the live version, and never ahead of it.
    package let isFollowing: Bool

    package init(
        lane: Int16, token: Int64, position: Int64, stepThrough: Int64 = 0, tries: Int32 = 0, isFollowing: Bool = false
    ) {
        self.lane = lane
        self.token = token
        self.position = position
        self.stepThrough = stepThrough
        self.tries = tries
        self.isFollowing = isFollowing
    }
}
