/// The events of a response's body, one by one.
///
/// Confined to the client's loop. A line, or the data of one event, may have `bytesMax` bytes; beyond that `next` throws.
package final class ServerSentEvents: AsyncSequence, AsyncIteratorProtocol {
    package typealias Element = ServerSentEvent

    /// The stream sends a line or an event longer than was allowed.
    package struct TooLong: Error, Hashable, CustomStringConvertible {
        package let description = "the server sent an event longer than allowed"
    }

    private let body: ClientBody
    private var parser: ServerSentEventParser
    private var bytes: [UInt8] = []
    private var position = 0

    package init(_ body: ClientBody, bytesMax: Int = 1 << 20) {
        self.body = body
        parser = ServerSentEventParser(bytesMax: bytesMax)
    }

    /// The id to send as `Last-Event-ID` when asking again, and how long to wait before, if the server said.
    package var lastID: String { parser.lastID }
    package var retry: Duration? { parser.retry }

    /// The next event; nil when the stream has ended. Throws as `ClientBody.next` does, or `TooLong`.
    package func next() async throws -> ServerSentEvent? {
        while true {
            let bytes = bytes
            do throws(ServerSentEventParser.Fault) {
                if let event = try parser.next(bytes.span, from: &position) { return event }
            } catch {
                switch error {
                case .tooLong: throw TooLong()
                }
            }
            guard let more = try await body.next() else { return nil }
            (self.bytes, position) = (more, 0)
        }
    }

    package func makeAsyncIterator() -> ServerSentEvents { self }
}
