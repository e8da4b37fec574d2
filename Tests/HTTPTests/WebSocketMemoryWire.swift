import Loop
import Wire

@testable import HTTP

/// A wire in memory: shows what a WebSocket sends and asks, and lets a test decide what "the kernel" takes.
final class WebSocketMemoryWire: WebSocketWire {
    enum Ending { case none, afterFlushing, aborted }

    let loop: Loop
    private(set) var isPaused = false
    private(set) var ending = Ending.none
    /// While false everything sent counts as unsent.
    var takesBytes = true
    private var sent: [UInt8] = []
    private var held = ByteQueue()

    init(_ loop: Loop) { self.loop = loop }

    var unsentBytes: Int { held.count }

    func queue(_ append: (inout ByteQueue) -> Void) {
        append(&held)
        if takesBytes { take() }
    }

    func pauseReading() { isPaused = true }
    func resumeReading() { isPaused = false }
    func closeAfterFlushing() { if ending == .none { ending = .afterFlushing } }
    func abort() { ending = .aborted }

    /// The kernel takes up to `count` of what is held.
    func take(_ count: Int = .max) {
        let count = min(count, held.count)
        for index in 0..<count { sent.append(held[index]) }
        held.consume(count)
    }

    /// The frames sent since the last call.
    func frames() -> [WebSocketFrame] {
        defer { sent = [] }
        return WebSocketFrame.all(sent)
    }
}
