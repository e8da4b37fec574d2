import Glibc
import Loop

/// Accepts connections from one listening socket, on one loop.
///
/// When the process has run out of descriptors it stops watching the listener, so that the loop does not spin, and tries again
/// after a pause; clients wait in the kernel's queue meanwhile.
final class Acceptor: Watcher {
    /// Connections taken in one turn, so that a flood of them does not starve those that are open.
    static let acceptsPerTurn = 64

    private let loop: Loop
    private let listener: Int32
    private let pause: Duration
    private let accept: (Int32) throws(SystemError) -> Int32?
    private let observe: @Sendable (ServerHappening) -> Void
    private let accepted: (Int32) -> Void
    private lazy var retry = Timer { [unowned self] in resume() }
    private var isWatching = false
    private var isClosed = false

    init(
        _ listener: Int32, on loop: Loop, pause: Duration, observe: @escaping @Sendable (ServerHappening) -> Void,
        accept: @escaping (Int32) throws(SystemError) -> Int32? = Socket.accept, accepted: @escaping (Int32) -> Void
    ) {
        self.listener = listener
        self.loop = loop
        self.pause = pause
        self.accept = accept
        self.observe = observe
        self.accepted = accepted
    }

    func open() throws(SystemError) {
        try loop.watch(listener, for: .readable, self)
        isWatching = true
    }

    func ready(_ readiness: Readiness) { take(upTo: Self.acceptsPerTurn) }

    private func take(upTo limit: Int) {
        for _ in 0..<limit {
            do throws(SystemError) {
                guard let descriptor = try accept(listener) else { return }
                accepted(descriptor)
            } catch {
                return pauseAfter(error)
            }
        }
    }

    private func pauseAfter(_ error: SystemError) {
        if isWatching { loop.unwatch(listener) }
        isWatching = false
        if isClosed { return }
        observe(.acceptPaused(error))
        loop.arm(retry, at: .now + pause)
    }

    private func resume() {
        do throws(SystemError) {
            try open()
            observe(.acceptResumed)
        } catch {
            pauseAfter(error)
        }
    }

    /// Takes what already waits, then closes the listener: a client that the kernel has greeted is not reset.
    func close() {
        if isClosed { return }
        isClosed = true
        loop.disarm(retry)
        take(upTo: .max)
        if isWatching { loop.unwatch(listener) }
        Socket.close(listener)
    }
}
