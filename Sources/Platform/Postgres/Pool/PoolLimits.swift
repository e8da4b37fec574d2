/// How many connections a pool keeps, and how long anything may take.
package struct PoolLimits: Sendable {
    /// Connections that many point reads share.
    package var shared = 2
    /// Connections that one borrower has for itself; made when wanted.
    package var exclusive = 8
    /// Requests on one shared connection before more of them wait in line.
    package var requestsPerConnection = 256
    /// Requests in line, and borrowers in line. One more is refused at once.
    package var waiting = 4096
    package var waitDeadline = Duration.seconds(5)
    /// The first pause after a failed attempt to connect; it doubles up to `pauseMax`.
    package var pauseMin = Duration.milliseconds(50)
    package var pauseMax = Duration.seconds(10)
    /// Connections that nobody uses are asked this often whether they are still there.
    package var probeInterval = Duration.seconds(2)
    /// How long that answer may take.
    package var probeAnswer = Duration.seconds(4)
    /// A borrowed connection that nobody wanted for so long is closed.
    package var idleMax = Duration.seconds(300)
    package var lifetimeMax = Duration.seconds(3600)

    package init() {}

    /// When it is known at the latest that the server has fallen silent. Where all connections are busy, one interval
    /// passes until we wonder, and another until we ask on a new one.
    package var silenceMax: Duration { probeInterval * 2 + probeAnswer }
}
