/// The limits of one client. At each of them the caller gets `.overloaded` and nothing is sent.
package struct RedisLimits: Hashable, Sendable {
    /// Commands of one connection that wait for their replies.
    package var inFlightMax = 8192
    /// Bytes of one connection that wait to be written.
    package var outputBytesMax = 16 << 20
    /// Callers that wait for a connection to come back.
    package var waitingMax = 1024
    /// Connections for blocking reads.
    package var blockingConnectionsMax = 16
    package var reply = RedisReplyLimits()
    /// From beginning to connect, looking up the name included, to being logged in.
    package var connectTime = Duration.seconds(5)
    /// How long after its deadline a reply may still come before the connection is taken for dead.
    package var graceTime = Duration.seconds(1)
    /// How often a connection is asked for a sign of life.
    package var heartbeat = Duration.seconds(10)

    package init() {}
}
