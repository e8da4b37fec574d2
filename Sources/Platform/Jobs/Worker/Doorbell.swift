import Loop

/// Where one task sleeps until somebody rings or time is over. A ring that nobody waits for is kept.
///
/// Lives on its loop's thread: that is why `@unchecked` holds. It knows nothing of cancellation: who sleeps here is told
/// by a ring.
final class Doorbell: @unchecked Sendable {
    private let loop: Loop
    private var isRung = false
    private var sleeper: CheckedContinuation<Void, Never>?

    init(on loop: Loop) { self.loop = loop }

    func ring() {
        guard let sleeper else { return isRung = true }
        self.sleeper = nil
        sleeper.resume()
    }

    /// Returns at once if it was rung since the last rest.
    func rest(for time: Duration) async {
        precondition(sleeper == nil, "two tasks rest at one bell")
        let timer = Timer { [self] in ring() }
        await withCheckedContinuation { continuation in
            // Looked at in here, since a task may hop on its way to here.
            if isRung {
                isRung = false
                return continuation.resume()
            }
            sleeper = continuation
            loop.arm(timer, at: Moment.now + time)
        }
        loop.disarm(timer)
    }
}
