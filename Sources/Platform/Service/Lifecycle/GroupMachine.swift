/// Decides in which order services start and stop: facts in, orders out.
///
/// They start one after the other, each when the one before is ready. They stop in reverse, one at a time, each with
/// its own grace, after which it is cancelled; when the whole stop takes too long, all are. A service that ends while
/// it should run stops the rest. A second request to stop ends the process at once.
struct GroupMachine {
    enum Order: Equatable {
        case start(Int)
        /// Tell it to stop, and say `graceOver` when its time has passed.
        case ask(Int)
        case cancel(Int)
        /// Say `deadlinePassed` when the time of the whole stop has passed.
        case limitStop
        /// Say `patienceOver` when those that were cancelled should have ended.
        case limitCancelling
        case exitNow
        case finish(Outcome)
    }

    enum Ending: Equatable {
        case finished
        case failed
    }

    enum Outcome: Equatable {
        /// As asked; every service ended by itself.
        case stopped
        /// As asked, but these had to be cancelled.
        case cancelled([Int])
        /// Not asked, or the stop went wrong: this service was the first.
        case ended(Int, Ending)
    }

    private enum Member: Equatable {
        /// → starting, ended (never started)
        case waiting
        /// → running, asked, cancelled, ended
        case starting
        /// → asked, cancelled, ended
        case running
        /// → cancelled, ended
        case asked
        /// → ended
        case cancelled
        case ended

        var isAlive: Bool { self != .waiting && self != .ended }
    }

    private enum Phase: Equatable {
        /// → stopping
        case working
        /// → over
        case stopping
        case over
    }

    private var members: [Member]
    private var phase = Phase.working
    private var culprit: (index: Int, ending: Ending)?
    private var cancelled: [Int] = []
    private var wasAsked = false

    init(count: Int) {
        precondition(count > 0, "a group of nobody")
        members = Array(repeating: .waiting, count: count)
    }

    var isRunning: Bool { phase == .working && members.allSatisfy { $0 == .running } }

    mutating func began() -> [Order] {
        members[0] = .starting
        return [.start(0)]
    }

    mutating func saidReady(_ index: Int) -> [Order] {
        guard members[index] == .starting else { return [] }
        members[index] = .running
        guard phase == .working, index + 1 < members.count else { return [] }
        members[index + 1] = .starting
        return [.start(index + 1)]
    }

    mutating func ended(_ index: Int, _ ending: Ending) -> [Order] {
        let was = members[index]
        guard was.isAlive else { return [] }
        members[index] = .ended
        switch phase {
        case .over: return []
        case .working:
            culprit = (index, ending)
            return beginStop()
        case .stopping:
            // One that was cancelled throws because of that; one that was not has gone wrong.
            if ending == .failed, was != .cancelled, culprit == nil { culprit = (index, ending) }
            return askNext()
        }
    }

    /// The first request finds a group that works, or one that stops by itself already: then it changes nothing.
    mutating func stopRequested() -> [Order] {
        defer { wasAsked = true }
        switch phase {
        case .working: return beginStop()
        case .stopping where !wasAsked: return []
        case .stopping:
            phase = .over
            return [.exitNow]
        case .over: return []
        }
    }

    mutating func graceOver(_ index: Int) -> [Order] {
        guard phase == .stopping, members[index] == .asked else { return [] }
        return [cancel(index)]
    }

    mutating func deadlinePassed() -> [Order] {
        guard phase == .stopping else { return [] }
        let late = members.indices.reversed().filter { members[$0].isAlive && members[$0] != .cancelled }
        return late.map { cancel($0) } + [.limitCancelling]
    }

    mutating func patienceOver() -> [Order] {
        guard phase == .stopping else { return [] }
        phase = .over
        return [.exitNow]
    }

    private mutating func cancel(_ index: Int) -> Order {
        members[index] = .cancelled
        cancelled.append(index)
        return .cancel(index)
    }

    private mutating func beginStop() -> [Order] {
        phase = .stopping
        return [.limitStop] + askNext()
    }

    /// Nobody is asked while the one before has not ended.
    private mutating func askNext() -> [Order] {
        if members.contains(.asked) || members.contains(.cancelled) { return [] }
        if let next = members.indices.reversed().first(where: { members[$0].isAlive }) {
            members[next] = .asked
            return [.ask(next)]
        }
        phase = .over
        return [.finish(outcome)]
    }

    private var outcome: Outcome {
        if let culprit { return .ended(culprit.index, culprit.ending) }
        return cancelled.isEmpty ? .stopped : .cancelled(cancelled)
    }
}
