import Synchronization

/// What a loop counts about itself. The loop's thread writes, anybody reads.
package final class LoopStatistics: Sendable {
    /// How long a ready descriptor or a due timer may have waited: the time of one turn from waking to waiting again.
    package let lag = LogHistogram()
    private let tasks = Atomic<UInt64>(0)
    private let turns = Atomic<UInt64>(0)
    private let wakes = Atomic<UInt64>(0)
    private let late = Atomic<UInt64>(0)
    private let watched = Atomic<Int>(0)
    private let timers = Atomic<Int>(0)

    package var tasksRun: UInt64 { tasks.load(ordering: .relaxed) }
    package var turnsTaken: UInt64 { turns.load(ordering: .relaxed) }
    /// Times another thread had to wake this one through the eventfd.
    package var wakeups: UInt64 { wakes.load(ordering: .relaxed) }
    /// Tasks that wanted to go on after the loop had stopped, and never will.
    package var tasksLeftBehind: UInt64 { late.load(ordering: .relaxed) }
    package var descriptorsWatched: Int { watched.load(ordering: .relaxed) }
    package var timersArmed: Int { timers.load(ordering: .relaxed) }

    func ran(_ count: Int) { tasks.store(tasks.load(ordering: .relaxed) &+ UInt64(count), ordering: .relaxed) }
    func woke() { wakes.wrappingAdd(1, ordering: .relaxed) }
    func leftBehind() { late.wrappingAdd(1, ordering: .relaxed) }
    func watching(_ change: Int) { watched.store(watched.load(ordering: .relaxed) + change, ordering: .relaxed) }

    func turned(nanoseconds: UInt64, timersArmed count: Int) {
        turns.store(turns.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
        timers.store(count, ordering: .relaxed)
        lag.record(nanoseconds: nanoseconds)
    }
}
