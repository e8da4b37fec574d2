import CCurl
import Loop

/// Feeds a request's body to curl piece by piece: one task asks the source for a piece, hands it over, and waits until it is sent.
///
/// Confined to the transfer's loop; `stop` ends the task.
final class Upload: @unchecked Sendable {
    // `@unchecked` holds because the loop's thread alone touches it.

    enum Piece {
        case bytes(Int)
        case end
        /// Nothing yet: curl pauses until the next piece.
        case later
        /// The source gives more or less than was announced.
        case wrongLength
    }

    private unowned let transfer: Transfer
    private let length: Int?
    private var piece: [UInt8] = []
    private var sent = 0
    private var total = 0
    private var hasEnded = false
    private var consumed: CheckedContinuation<Void, Never>?
    private var task: Task<Void, Never>?

    init(_ transfer: Transfer, length: Int?, source: @escaping @Sendable () async throws -> [UInt8]?) {
        self.transfer = transfer
        self.length = length
        // It lives as long as the transfer, which stops it at its end.
        task = Task(executorPreference: transfer.loop) { [weak self] in await self?.pump(source) }
    }

    func stop() {
        task?.cancel()
        task = nil
        consumed?.resume()
        consumed = nil
    }

    private func pump(_ source: @Sendable () async throws -> [UInt8]?) async {
        do {
            while let next = try await source() {
                guard task != nil else { return }
                if next.isEmpty { continue }
                (piece, sent) = (next, 0)
                await withCheckedContinuation { continuation in
                    // It may have been stopped meanwhile: a task may hop on its way to here.
                    guard task != nil else { return continuation.resume() }
                    consumed = continuation
                    transfer.resume(CURLPAUSE_SEND)
                }
                guard task != nil else { return }
            }
            guard task != nil else { return }
            hasEnded = true
            transfer.resume(CURLPAUSE_SEND)
        } catch {
            // After `stop` the source was cancelled, and the transfer has its own reason to be over.
            if task != nil { transfer.fail(.bodySourceFailed) }
        }
    }

    func fill(_ room: UnsafeMutableRawBufferPointer) -> Piece {
        let left = piece.count - sent
        if left == 0 {
            guard hasEnded else { return .later }
            return length.map { $0 == total } ?? true ? .end : .wrongLength
        }
        let count = min(left, room.count)
        total += count
        if let length, total > length { return .wrongLength }
        unsafe room.copyBytes(from: piece[sent..<sent + count])
        sent += count
        if sent == piece.count {
            piece = []
            sent = 0
            consumed?.resume()
            consumed = nil
        }
        return .bytes(count)
    }
}
