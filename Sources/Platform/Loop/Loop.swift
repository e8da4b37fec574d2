import CLinux
import Glibc
import Synchronization

/// One thread, many descriptors, never blocked: an epoll loop that is a Swift executor.
///
/// It serves as `SerialExecutor` (actors pinned to it) and as `TaskExecutor` (task trees that prefer it), so awaiting
/// something that happens on the same loop costs nanoseconds and no thread hop. Work inside it runs under
/// `withTaskExecutorPreference(loop)`; an unstructured task must name it: `Task(executorPreference: loop)`.
///
/// What is marked "loop's thread" is touched by that thread alone once `run` began: that is why `@unchecked` holds.
/// Everything that other threads may call goes through the inbox.
package final class Loop: SerialExecutor, TaskExecutor, @unchecked Sendable {
    /// How often jobs may enqueue further jobs before descriptors and timers get their turn.
    package static let drainRoundsMax = 16
    /// How many ready descriptors are taken from the kernel at once.
    package static let eventsPerTurn = 512

    package let name: String
    package let statistics = LoopStatistics()

    private let poll: Int32
    private let bell: Int32
    private let inbox = Inbox()
    private let stopping = Atomic<Bool>(false)

    // The loop's thread alone.
    private var ready: [UnownedJob] = []
    private var running: [UnownedJob] = []
    private var watchers = WatcherTable()
    private var timers = TimerHeap()
    private var atTurnEnd: [() -> Void] = []
    private var ending: [() -> Void] = []
    /// The moment this turn began: good enough for deadlines, and free.
    package private(set) var turn = Moment.now

    /// Fails only when the process has no descriptors left.
    package init(name: String = "loop") throws(SystemError) {
        self.name = name
        poll = try SystemError.check(linux_epoll_create(), "epoll_create1")
        bell = try SystemError.check(linux_eventfd(), "eventfd")
        ready.reserveCapacity(256)
        running.reserveCapacity(256)
        var event = unsafe epoll_event()
        unsafe event.events = Readiness.readable.rawValue
        unsafe event.data.u64 = WatcherTable.bell
        _ = try SystemError.check(unsafe epoll_ctl(poll, EPOLL_CTL_ADD, bell, &event), "epoll_ctl")
    }

    deinit {
        close(bell)
        close(poll)
    }

    // MARK: - Who am I

    /// Whether the calling thread is this loop's.
    @inline(__always)
    package var isCurrent: Bool {
        unsafe linux_get_owner() == Unmanaged.passUnretained(self).toOpaque()
    }

    /// The loop whose thread this is.
    package static var current: Loop? {
        guard let owner = unsafe linux_get_owner() else { return nil }
        // The owner outlives its thread's run, and only a loop ever writes this pointer.
        return unsafe Unmanaged<Loop>.fromOpaque(owner).takeUnretainedValue()
    }

    package func checkIsolated() { precondition(isCurrent, "not on loop \(name)") }
    package func isIsolatingCurrentContext() -> Bool? { isCurrent }
    package func asUnownedSerialExecutor() -> UnownedSerialExecutor { unsafe UnownedSerialExecutor(ordinary: self) }

    // MARK: - Work from any thread

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent { return ready.append(job) }
        switch inbox.deposit({ $0.jobs.append(job) }) {
        case .taken: break
        case .takenBySleeper: ring()
        // What a task waited for came after its loop had gone: a file that was slow to read, a thread that was slow to end.
        // Nowhere else may the task run, so it stays suspended for good, as if its loop slept on.
        case .refused: statistics.leftBehind()
        }
    }

    /// Runs `operation` on the loop: at once when already there, else in its next turn. Answers whether it has run or will;
    /// a loop that has stopped lets it go unrun. Whoever waits for it needs to look: who only brings news does not.
    @discardableResult
    package func execute(_ operation: @escaping @Sendable () -> Void) -> Bool {
        if isCurrent {
            operation()
            return true
        }
        switch inbox.deposit({ $0.operations.append(operation) }) {
        case .taken: return true
        case .takenBySleeper:
            ring()
            return true
        case .refused: return false
        }
    }

    /// Ends `run` once everything already enqueued has run.
    package func stop() {
        stopping.store(true, ordering: .sequentiallyConsistent)
        ring()
    }

    private func ring() {
        statistics.woke()
        var one: UInt64 = 1
        _ = unsafe write(bell, &one, 8)
    }

    // MARK: - Descriptors (loop's thread)

    package func watch(_ descriptor: Int32, for interest: Readiness, _ watcher: any Watcher) throws(SystemError) {
        let ticket = watchers.add(watcher, at: descriptor)
        do {
            try control(EPOLL_CTL_ADD, descriptor, interest, ticket)
            statistics.watching(1)
        } catch {
            watchers.remove(at: descriptor)
            throw error
        }
    }

    /// Changes what a watched descriptor is watched for.
    package func rewatch(_ descriptor: Int32, for interest: Readiness) {
        do {
            try control(EPOLL_CTL_MOD, descriptor, interest, watchers.ticket(of: descriptor))
        } catch {
            preconditionFailure("rewatching descriptor \(descriptor), which loop \(name) does not watch: \(error)")
        }
    }

    /// Call it before closing the descriptor. Readiness already fetched for it is dropped. Once too often does no harm.
    package func unwatch(_ descriptor: Int32) {
        guard watchers.remove(at: descriptor) else { return }
        statistics.watching(-1)
        var event = unsafe epoll_event()
        unsafe epoll_ctl(poll, EPOLL_CTL_DEL, descriptor, &event)
    }

    private func control(_ operation: Int32, _ descriptor: Int32, _ interest: Readiness, _ ticket: UInt64)
        throws(SystemError)
    {
        var event = unsafe epoll_event()
        unsafe event.events = interest.rawValue
        unsafe event.data.u64 = ticket
        _ = try SystemError.check(unsafe epoll_ctl(poll, operation, descriptor, &event), "epoll_ctl")
    }

    // MARK: - Time (loop's thread)

    /// Arms a timer, or moves one that is armed. A moment that has passed fires in the next turn.
    package func arm(_ timer: Timer, at deadline: Moment) { timers.arm(timer, at: deadline) }
    package func disarm(_ timer: Timer) { timers.disarm(timer) }

    @discardableResult
    package func after(_ delay: Duration, _ body: @escaping () -> Void) -> Timer {
        let timer = Timer(body)
        arm(timer, at: Moment.now + delay)
        return timer
    }

    /// Runs `body` once, when this turn's jobs and events are done and before the loop waits: the place to flush.
    package func atEndOfTurn(_ body: @escaping () -> Void) { atTurnEnd.append(body) }

    // MARK: - The turn

    /// Takes the calling thread until `stop`.
    package func run() {
        unsafe linux_set_owner(Unmanaged.passUnretained(self).toOpaque())
        defer { linux_set_owner(nil) }
        let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: Self.eventsPerTurn)
        defer { unsafe events.deallocate() }
        var woken = linux_monotonic()
        while true {
            drain()
            endTurn()
            let isStopping = stopping.load(ordering: .sequentiallyConsistent)
            if isStopping, ready.isEmpty, atTurnEnd.isEmpty, inbox.closeIfEmpty() { return }
            let now = linux_monotonic()
            statistics.turned(nanoseconds: now &- woken, timersArmed: timers.count)
            let mayWait = !isStopping && ready.isEmpty && atTurnEnd.isEmpty && inbox.mayFallAsleep()
            let timeout = mayWait ? patience(at: now) : 0
            let count = unsafe linux_epoll_wait(poll, events, Int32(Self.eventsPerTurn), timeout)
            if mayWait { inbox.awoke() }
            woken = linux_monotonic()
            turn = Moment(nanoseconds: woken)
            if count > 0 { unsafe dispatch(UnsafeBufferPointer(start: events, count: Int(count))) }
            while let timer = timers.due(at: turn) { timer.fire() }
        }
    }

    private func patience(at now: UInt64) -> Int64 {
        guard let earliest = timers.earliest?.nanoseconds else { return -1 }
        return earliest <= now ? 0 : Int64(clamping: earliest - now)
    }

    private func dispatch(_ events: UnsafeBufferPointer<epoll_event>) {
        for index in events.indices {
            let event = unsafe events[index]
            let ticket = unsafe event.data.u64
            if ticket == WatcherTable.bell {
                var count: UInt64 = 0
                _ = unsafe read(bell, &count, 8)
            } else {
                unsafe watchers.holder(of: ticket)?.ready(Readiness(rawValue: event.events))
            }
        }
    }

    private func drain() {
        // As what its tasks prefer, not as an actor's executor: else each of them would go through `ready` once more whenever it
        // suspends, and whatever it had found out just before might be so no longer when its continuation is put away.
        let task = unsafe asUnownedTaskExecutor()
        for _ in 0..<Self.drainRoundsMax {
            for operation in inbox.empty(into: &ready) { operation() }
            if ready.isEmpty { return }
            swap(&ready, &running)
            for job in running { unsafe job.runSynchronously(on: task) }
            statistics.ran(running.count)
            running.removeAll(keepingCapacity: true)
        }
    }

    private func endTurn() {
        while !atTurnEnd.isEmpty {
            // Two lists in turns, so that both keep their memory.
            var bodies: [() -> Void] = []
            swap(&bodies, &ending)
            swap(&bodies, &atTurnEnd)
            for body in bodies { body() }
            bodies.removeAll(keepingCapacity: true)
            ending = bodies
        }
    }
}
