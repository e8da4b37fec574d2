/// What a pool looks like at one moment.
package struct PoolStatistics: Equatable, Sendable {
    package var connectionsOpen = 0
    package var connectionsLent = 0
    /// The server was asked and did not answer, on no connection.
    package var isSilent = false
    package var requestsInFlight = 0
    package var requestsWaiting = 0
    package var borrowersWaiting = 0
    /// Since the pool began.
    package var connectionsMade = 0
    package var connectsFailed = 0
    package var connectionsLost = 0
    package var requestsRefused = 0
}
