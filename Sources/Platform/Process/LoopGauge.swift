package import Loop
import Synchronization

/// Shows other threads what only a loop may read: it is read there once a second, and at the end.
///
/// `read` and `timer` are touched on the loop alone: that is why `@unchecked` holds.
package final class LoopGauge<Reading: Sendable>: @unchecked Sendable {
    private let loop: Loop
    private let read: () -> Reading
    private let published = Mutex<Reading?>(nil)
    private var timer: Timer?

    package init(on loop: Loop, _ read: @escaping () -> Reading) {
        self.loop = loop
        self.read = read
    }

    /// Nil until it was read for the first time. From any thread.
    package var reading: Reading? { published.withLock { $0 } }

    /// Loop's thread.
    package func start() {
        loop.checkIsolated()
        timer = Timer { [weak self] in self?.beat() }
        beat()
    }

    /// Loop's thread.
    package func stop() {
        publish()
        if let timer { loop.disarm(timer) }
        timer = nil
    }

    private func beat() {
        publish()
        if let timer { loop.arm(timer, at: .now + .seconds(1)) }
    }

    private func publish() {
        let fresh = read()
        published.withLock { $0 = fresh }
    }
}
