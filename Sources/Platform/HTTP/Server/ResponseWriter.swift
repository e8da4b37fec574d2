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
    /// Who sends what this one packs.
    private var packing: (packer: BodyPacker, carrier: ResponseWriter)?

    init(_ connection: Connection, _ framing: OutgoingHead.Framing) {
        self.connection = connection
        isChunked = framing == .chunked
        if case .length(let length) = framing { missing = length }
    }

    package var loop: Loop { connection.shard.loop }

    package func write(_ bytes: [UInt8]) async throws {
        if let packing { return try await write(bytes, through: packing.packer, packing.carrier) }
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
        try promised(bytes.count)
        if isChunked {
            connection.output.append(String(bytes.count, radix: 16))
            connection.output.append("\r\n")
        }
        connection.output.append(bytes)
        if isChunked { connection.output.append("\r\n") }
    }

    private func promised(_ count: Int) throws {
        guard let left = missing else { return }
        missing = left - count
        guard left >= count else { throw LengthBroken(missing: left - count) }
    }

    func finish() throws {
        try checkPromise()
        if isChunked { connection.output.append("0\r\n\r\n") }
    }

    private func checkPromise() throws {
        if connection.isClosed { throw ConnectionClosed() }
        if let missing, missing != 0 { throw LengthBroken(missing: missing) }
    }

    // MARK: - Packing

    private init(packing length: Int, for carrier: ResponseWriter) {
        connection = carrier.connection
        isChunked = false
        missing = length
        packing = (BodyPacker(level: Coding.level), carrier)
    }

    /// Packs the `length` bytes that `produce` writes and sends what comes out.
    func packing(_ length: Int, _ produce: (ResponseWriter) async throws -> Void) async throws {
        let writer = ResponseWriter(packing: length, for: self)
        try await produce(writer)
        try writer.checkPromise()
        guard let packer = writer.packing?.packer else { preconditionFailure("a packing writer without a packer") }
        try await write(packer.finish())
    }

    /// In pieces, with a turn of the loop after each, so that a long body holds nobody up.
    private func write(_ bytes: [UInt8], through packer: BodyPacker, _ carrier: ResponseWriter) async throws {
        loop.checkIsolated()
        try promised(bytes.count)
        var start = 0
        while start < bytes.count {
            let end = min(start + BodyPacker.pieceBytes, bytes.count)
            try await carrier.write(packer.pack(bytes.span.extracting(start..<end)))
            start = end
            try await loop.sleep(for: .zero)
        }
    }
}
