/// Why a webhook did not arrive. The raw value is stored, and shown to whoever runs the receiver.
package enum DeliveryFault: String, Hashable, Sendable, CaseIterable {
    /// It answered, and not with 2xx.
    case refused
    /// It sent us elsewhere, where nobody has said that we may go.
    case redirected
    case unresolved
    /// Its name leads into a network that is not the internet.
    case addressRefused = "address_refused"
    case connectFailed = "connect_failed"
    case tlsFailed = "tls_failed"
    case certificateRefused = "certificate_refused"
    case timedOut = "timed_out"
    case connectionLost = "connection_lost"
    case badResponse = "bad_response"
}
