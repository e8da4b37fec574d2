/// Why a request got no response, or its body no end. It says what was tried in words that can be logged: the method and
/// the host, never the path, the query, headers or a body.
package struct HTTPClientError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Error, Hashable, Sendable {
        /// No http or https address, or one with a user name in it.
        case invalidURL
        /// The host's name has no address.
        case unresolved
        /// The address policy forbids every address of the host.
        case addressRefused
        case connectFailed
        /// No encrypted connection could be made.
        case tlsFailed
        /// The certificate is not one we trust for this host.
        case certificateRefused
        case deadline(HTTPDeadlines.Name)
        case headTooLarge
        case bodyTooLarge
        /// The connection ended before the response did.
        case connectionLost
        /// What came back is no HTTP.
        case badResponse
        /// The source of the request's body failed.
        case bodySourceFailed
        /// All transfers are busy and the queue for them is full.
        case tooManyRequests
        /// The server did not agree to a WebSocket: its status.
        case upgradeRefused(UInt16)
        case clientClosed
        case other
    }

    package let code: Code
    package let method: String
    package let host: String
    /// libcurl's own number for it, if it came from there.
    package let curlCode: UInt32?
    /// When a server that did not agree to a WebSocket wants to be asked again, in its own words.
    package let retryAfter: String?

    init(
        _ code: Code, _ method: String, _ host: String, curlCode: UInt32? = nil, retryAfter: String? = nil
    ) {
        (self.code, self.method, self.host) = (code, method, host)
        (self.curlCode, self.retryAfter) = (curlCode, retryAfter)
    }

    package var description: String {
        let number = curlCode.map { " (curl \($0))" } ?? ""
        return "\(method) to \(host): \(code)\(number)"
    }
}
