/// What a response carries.
package enum Body: Sendable {
    case empty
    case bytes([UInt8])
    /// Text in the program itself: no copy is made before it is sent.
    case text(StaticString)
    /// Written piece by piece while the client reads.
    case stream(BodyStream)
    /// No body, but another protocol from here on.
    case webSocket(WebSocketUpgrade)

    /// How many bytes it has; nil when that is not known beforehand.
    var length: Int? {
        switch self {
        case .empty: 0
        case .bytes(let bytes): bytes.count
        case .text(let text): text.utf8CodeUnitCount
        case .stream(let stream): stream.length
        case .webSocket: nil
        }
    }
}

/// A body that is produced while it is sent.
package struct BodyStream: Sendable {
    /// What happens to a stream when the server is asked to drain.
    package enum AtDrain: Sendable {
        /// It goes on to its end, or to the drain's deadline: a download.
        case goesOn
        /// Its task is cancelled and the response ended properly: a feed that has no end of its own.
        case ends
    }

    /// Given when known: it is sent as `Content-Length`, and a stream that keeps no promise breaks the connection.
    package let length: Int?
    package let atDrain: AtDrain
    /// Runs on the connection's loop. When it throws, the client sees a broken response, never a whole one.
    package let produce: @Sendable (ResponseWriter) async throws -> Void

    package init(
        length: Int? = nil, atDrain: AtDrain = .goesOn,
        produce: @escaping @Sendable (ResponseWriter) async throws -> Void
    ) {
        self.length = length
        self.atDrain = atDrain
        self.produce = produce
    }
}
