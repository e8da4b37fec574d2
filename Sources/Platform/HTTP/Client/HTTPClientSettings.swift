/// What holds for every request of one client. Connections are shared among its requests, so whatever decides about a
/// connection stands here and not in the request.
package struct HTTPClientSettings: Sendable {
    /// Whose word the client takes for who a server is. There is no way to ask nobody.
    package enum Trust: Sendable {
        /// The authorities the system trusts.
        case system
        /// Those in a PEM file, and no others.
        case authorities(path: String)
    }

    package var trust = Trust.system
    package var addresses = AddressPolicy.any
    /// The address of a proxy that every request goes through; neither the environment's nor its exceptions are ever used.
    package var proxy: String?
    /// Transfers that run at a time.
    package var transfersMax = 256
    /// Requests that wait for one of those; one more is refused.
    package var waitingMax = 1024
    /// Connections kept open for later requests, and for how long.
    package var idleConnectionsMax = 64
    package var idleConnectionAgeMax = Duration.seconds(60)
    /// A longer head of a response ends the transfer.
    package var headBytesMax = 64 << 10
    /// So many bytes of a body wait for the receiver before the server is made to wait.
    package var bodyBytesMark = 256 << 10

    package init() {}
}
