/// What a pool looks like at one moment.
package struct PoolStatistics: Equatable, Sendable {
    package var connectionsOpen = 0
    package var connectionsLent = 0
    package var requestsInFlight = 0
    package var requestsWaiting = 0
    package var borrowersWaiting = 0
    /// Since the pool began.
    package var connectionsMade = 0
    package var connectsFailed = 0
    package var connectionsLost = 0
    package var requestsRefused = 0
}
