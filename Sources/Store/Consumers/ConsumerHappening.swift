package import Crypto

/// What a worker tells as it happens, for logs.
package enum ConsumerHappening: Sendable {
    case took(lane: Int16, at: Int64, token: Int64, isStepping: Bool)
    /// On purpose: another worker shall have it, or this one stops.
    case gaveBack(lane: Int16)
    /// Another worker has it, or its row says otherwise than we believed.
    case lost(lane: Int16)
    /// Nothing of it had an effect; it is tried again.
    case failed(lane: Int16, at: Int64, FailureNote)
    case parked(lane: Int16, at: Int64, FailureNote)
    case replayed(stream: UUID, Replay.Outcome)
    /// Leases, ends of lanes or replays could not be looked at.
    case roundFailed(FailureNote)
    /// What Redis says of the lanes could not be read, or can be again.
    case redisIsAway(Bool)
}

package typealias ConsumerObserver = @Sendable (ConsumerHappening) -> Void
