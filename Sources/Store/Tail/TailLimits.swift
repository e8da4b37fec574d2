/// How much following the log may take.
package struct TailLimits: Sendable {
    /// Followers of one process.
    package var followersMax = 5_000
    /// What waits for one follower who does not read; beyond either it is cut.
    package var waitingMax = 1_000
    package var waitingBytesMax = 1 << 20
    /// Events of one lane that are read in one round.
    package var roundMax = 200
    /// How long the log is not looked at when Redis says nothing.
    package var pause = Duration.seconds(1)
    package var pauseWithoutRedis = Duration.milliseconds(250)
    /// How long Redis holds back an answer until something has come.
    package var block = Duration.seconds(5)

    package init() {}
}

/// Nobody more can follow the log in this process.
package struct TailIsFull: Error {}
