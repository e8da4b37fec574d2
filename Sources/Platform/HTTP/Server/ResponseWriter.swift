package import Loop
import Wire

/// Writes the body of one response while the client reads it.
///
/// Used on the connection's loop by one task at a time. `write` suspends while more than `Limits.unsentBytes` wait for the
/// client, throws `ConnectionClosed` when the client has gone, and `CancellationError` when the task is cancelled.
package final class ResponseWriter: @unchecked Sendable {
    /// A stream wrote more or less than the length it had promised.
    package struct LengthBroken: Error, Hashable, Sendable {
        /// Promised and not written; less than nothing when too much was written.
        package let missing: Int
    }

    private let connection: Connection
    private let isChunked: Bool
    /// What is still to come; nil when no length was promised.
    private var missing: Int?

    init(_ connection: Connection, _ framing: OutgoingHead.Framing) {
        self.connection = connection
        isChunked = framing == .chunked
        if case .length(let length) = framing { missing = length }
    }

    package var loop: Loop { connection.shard.loop }

    package func write(_ bytes: [UInt8]) async throws {
        try append(bytes)
        try await connection.roomToWrite()
    }

    package func write(_ text: String) async throws { try await write(Array(text.utf8)) }

    /// Queues `bytes` without waiting, if nothing waits already: for signs of life.
    func writeIfIdle(_ bytes: [UInt8]) throws {
        guard !connection.isClosed, connection.output.isEmpty else { return }
        try append(bytes)
        connection.settle()
    }

    private func append(_ bytes: [UInt8]) throws {
        loop.checkIsolated()
        if connection.isClosed { throw ConnectionClosed() }
        if bytes.isEmpty { return }
        if let left = missing {
            missing = left - bytes.count
            guard left >= bytes.count else { throw LengthBroken(missing: left - bytes.count) }
        }
        if isChunked {
            connection.output.append(String(bytes.count, radix: 16))
            connection.output.append("\r\n")
        }
        connection.output.append(bytes)
        if isChunked { connection.output.append("\r\n") }
    }

    func finish() throws {
        if connection.isClosed { throw ConnectionClosed() }
        if let missing, missing != 0 { throw LengthBroken(missing: missing) }
        if isChunked { connection.output.append("0\r\n\r\n") }
    }
}
