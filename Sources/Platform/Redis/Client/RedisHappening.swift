/// Something about a client that an operator may want to know.
package enum RedisHappening: Hashable, Sendable {
    /// There is a connection; so many attempts had failed before it.
    case connected(attemptsFailed: Int)
    case connectFailed(RedisError.Code)
    case connectionLost(RedisError.Code)
    /// The next attempt to connect comes after this pause.
    case retrying(in: Duration)
    case closed
}
