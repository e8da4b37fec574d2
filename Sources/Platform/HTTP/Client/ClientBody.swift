import Loop

/// The body of a response, piece by piece, as an asynchronous sequence that can be gone through once.
///
/// What has not been taken waits, up to a mark; then the server is made to wait.
package final class ClientBody: AsyncSequence, AsyncIteratorProtocol, Sendable {
    package typealias Element = [UInt8]

    private let transfer: Transfer

    init(_ transfer: Transfer) { self.transfer = transfer }

    deinit {
        let transfer = transfer
        transfer.loop.execute { transfer.abandoned() }
    }

    /// The next bytes; nil at the end. One caller at a time, on the client's loop.
    ///
    /// Throws `HTTPClientError` if the transfer fails, and `CancellationError` if the task is cancelled, which ends the transfer.
    package func next() async throws -> [UInt8]? { try await transfer.next() }

    /// All the bytes that are left, as one.
    package func whole() async throws -> [UInt8] {
        var all: [UInt8] = []
        while let piece = try await next() {
            if all.isEmpty { all = piece } else { all += piece }
        }
        return all
    }

    package func makeAsyncIterator() -> ClientBody { self }
}
