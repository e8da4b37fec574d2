/// Which addresses a client may connect to. It is asked for every address after the name look-up, so that no name can lead
/// somewhere else. Behind a proxy it sees the proxy's address only.
package enum AddressPolicy: Sendable {
    case any
    /// For addresses that strangers choose, such as webhooks: nothing of this machine or the networks around it.
    case publicOnly
    case custom(@Sendable (PeerAddress) -> Bool)

    /// `nil` is something that is no IP address, such as a Unix socket.
    func allows(_ address: PeerAddress?) -> Bool {
        switch self {
        case .any: true
        case .publicOnly: address?.isPublic ?? false
        case .custom(let allows): address.map(allows) ?? false
        }
    }
}
