import Loop
import Synchronization

/// Carries the end of a cancel request from its lane back to its connection, unless that has closed meanwhile.
///
/// A server that has fallen silent may hold a cancel request for longer than the loop lives. So nothing of it may wait on
/// the loop; the connection forgets the report when it closes, and until then its loop runs.
final class CancelReport: Sendable {
    private let loop: Mutex<Loop?>
    private let body: @Sendable (Bool) -> Void

    /// `body` runs on `loop`, and is told whether the server has passed the request on.
    init(to loop: Loop, _ body: @escaping @Sendable (Bool) -> Void) {
        self.loop = Mutex(loop)
        self.body = body
    }

    /// From any thread. The lock is held while the loop is handed its work, so that it can't stop in between.
    func deliver(_ isPassedOn: Bool) {
        loop.withLock { loop in _ = loop?.execute { [body] in body(isPassedOn) } }
    }

    func forget() { loop.withLock { $0 = nil } }
}
