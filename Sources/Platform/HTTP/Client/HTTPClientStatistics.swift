/// What one client has counted.
package struct HTTPClientStatistics: Sendable {
    package var requestsStarted: UInt64 = 0
    package var requestsFailed: UInt64 = 0
    package var requestsRefused: UInt64 = 0
    package var connectionsOpened: UInt64 = 0
    /// Running now.
    package var transfers = 0
    package var waiting = 0
}
