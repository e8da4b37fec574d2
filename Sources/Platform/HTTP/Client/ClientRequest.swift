/// A request to somebody else's server.
package struct ClientRequest: Sendable {
    package enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// Produced piece by piece, on the client's loop, as fast as the server takes it; nil ends it. Without a length it is
        /// sent in chunks. Such a request can't be repeated.
        case stream(length: Int?, next: @Sendable () async throws -> [UInt8]?)
    }

    /// Whether it may reach the server twice. A kept connection that dies before the first byte of an answer leaves open
    /// whether the server has acted.
    package enum Repetition: Sendable {
        /// If its method promises that twice is the same as once.
        case byMethod
        /// Because it carries a key by which the server knows it again.
        case allowed
    }

    package var method: Method
    package var url: String
    package var headers: Headers
    package var body: Body
    package var deadlines = HTTPDeadlines()
    package var repetition = Repetition.byMethod
    /// A longer body of the response ends the transfer; nil for streams that have no end.
    package var responseBytesMax: Int? = 16 << 20

    package init(_ method: Method, _ url: String, headers: Headers = Headers(), body: Body = .none) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }

    var mayBeRepeated: Bool {
        switch repetition {
        case .allowed: true
        case .byMethod: method != .post && method != .patch
        }
    }
}
