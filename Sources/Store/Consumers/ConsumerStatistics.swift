/// What one worker has counted since it was made.
package struct ConsumerStatistics: Hashable, Sendable {
    package var eventsAppliedByRedis = 0
    package var eventsAppliedByPostgres = 0
    package var batches = 0
    /// Events that lined up behind their parked streams.
    package var eventsDiverted = 0
    package var eventsParked = 0
    package var leasesLost = 0
    package var failuresOfInfrastructure = 0
    package var failuresOfEvents = 0
    /// Commits whose outcome was unknown and has been looked up.
    package var outcomesLookedUp = 0
    /// Times that Redis spoke of events that Postgres doesn't have, or left some out.
    package var redisDoubted = 0
    package var redisFailures = 0
    package var replays = 0

    package var lanes = 0
    package var lanesStepping = 0
    /// Events known to wait in this worker's lanes.
    package var lag: Int64 = 0

    package init() {}

    package var eventsApplied: Int { eventsAppliedByRedis + eventsAppliedByPostgres }
}
