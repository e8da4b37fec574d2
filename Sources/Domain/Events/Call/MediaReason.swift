/// Why media stopped coming.
package enum MediaReason: String, Hashable, Sendable, CaseIterable {
    case callEnded = "call_ended"
    case closedByCarrier = "closed_by_carrier"
    case closedByUs = "closed_by_us"
    case connectionLost = "connection_lost"
    /// The connection stands, but no frame came in time.
    case silent
    case malformed
}
