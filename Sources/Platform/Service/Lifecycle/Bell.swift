package import Loop

/// Lets one task sleep on a loop until a time is over, somebody rings, or it is all over.
///
/// A ring that comes while nobody sleeps is remembered, once. Cancelling the sleeping task counts as `stop`. The loop's
/// thread alone touches what is stored: that is why `@unchecked` holds.
package final class Bell: @unchecked Sendable {
    private let loop: Loop
    private var sleeper: CheckedContinuation<Bool, Never>?
    private var isWaitingForRing = false
    private var timer: Timer?
    private var hasRung = false
    private var isOver = false

    package init(loop: Loop) { self.loop = loop }

    /// From any thread.
    package func ring() { loop.execute { self.rang() } }

    /// From any thread; for good.
    package func stop() { loop.execute { self.ended() } }

    /// Returns when the time is over or the bell has rung; false once it is all over.
    package func wait(atMost time: Duration) async -> Bool { await sleep(time, wakesOnRing: true) }

    /// Returns when the time is over, however often it rings; false once it is all over.
    package func pause(for time: Duration) async -> Bool { await sleep(time, wakesOnRing: false) }

    private func sleep(_ time: Duration, wakesOnRing: Bool) async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.execute { self.began(continuation, time, wakesOnRing) }
            }
        } onCancel: {
            stop()
        }
    }

    // MARK: - On the loop

    private func began(_ continuation: CheckedContinuation<Bool, Never>, _ time: Duration, _ wakesOnRing: Bool) {
        precondition(sleeper == nil, "two tasks sleep by one bell")
        sleeper = continuation
        isWaitingForRing = wakesOnRing
        if isOver || (wakesOnRing && hasRung) { return wake() }
        timer = loop.after(time) { [self] in wake() }
    }

    private func rang() {
        hasRung = true
        if isWaitingForRing { wake() }
    }

    private func ended() {
        isOver = true
        wake()
    }

    private func wake() {
        guard let sleeper else { return }
        if isWaitingForRing { hasRung = false }
        isWaitingForRing = false
        if let timer { loop.disarm(timer) }
        (self.sleeper, timer) = (nil, nil)
        sleeper.resume(returning: !isOver)
    }
}
