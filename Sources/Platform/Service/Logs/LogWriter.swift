import Glibc
package import Loop
import Synchronization
import Wire

/// Takes finished lines from all threads and writes them to a descriptor on a thread of its own.
///
/// Lines wait in memory, `bytesMax` at most. What comes when that is full is dropped and counted, and the count is
/// written as a line of its own (`log_lines_dropped`) once there is room. If the descriptor fails for good (its reader
/// went away), lines are dropped the same way. `close` writes what waits; a line that comes later is dropped. A trap
/// can lose the last `gathering` of lines.
package final class LogWriter: Sendable {
    package static let bytesMax = 4 << 20
    /// How long the thread waits for company after the first line: a busy process then writes hundreds of lines with
    /// one call.
    static let gathering = Duration.milliseconds(2)

    /// A queue has one owner, so it may change threads: that is why `@unchecked` holds.
    private struct Lines: ~Copyable, @unchecked Sendable {
        var bytes = ByteQueue()
    }

    private struct State: ~Copyable, Sendable {
        var waiting = Lines()
        var droppedSinceTold = 0
        var isAsleep = false
        var isClosed = false
    }

    private let state = Mutex(State())
    private let lines = Atomic<UInt64>(0)
    private let drops = Atomic<UInt64>(0)
    private let bell = Signal()
    private let thread = Mutex<Thread?>(nil)
    private let layout: LogLayout
    private let limit: Int

    /// `process` stands on each line. Fails only when the process can start no thread.
    package init(process: String, format: LogFormat = .auto, descriptor: Int32 = 1, limit: Int = LogWriter.bytesMax)
        throws(SystemError)
    {
        let isHuman = format == .human || (format == .auto && isatty(descriptor) == 1)
        layout = isHuman ? .human : .json(process: process)
        self.limit = limit
        let thread = try Thread(name: "log") { [self] in work(descriptor) }
        self.thread.withLock { $0 = thread }
    }

    package struct Statistics: Sendable {
        package let linesTaken: UInt64
        package let linesDropped: UInt64
    }

    package var statistics: Statistics {
        Statistics(linesTaken: lines.load(ordering: .relaxed), linesDropped: drops.load(ordering: .relaxed))
    }

    /// Writes everything that waits and ends the thread. Blocks, so it is for the end of `main` only.
    package func close() {
        state.withLock { $0.isClosed = true }
        bell.raise()
        thread.withLock {
            $0?.join()
            $0 = nil
        }
    }

    func write(_ level: LogLevel, _ event: StaticString, _ context: LogContext?, _ fields: [Field]) {
        // Composed before the lock is taken, so that nobody waits for more than a copy.
        var line = ByteQueue()
        line.reserve(512)
        layout.append(LogLine(time: .now, level: level, event: event, context: context, fields: fields), to: &line)
        var mustWake = false
        let isTaken = state.withLock { state in
            guard !state.isClosed, state.waiting.bytes.count + line.count <= limit else {
                state.droppedSinceTold += 1
                return false
            }
            unsafe line.withUnsafeBytes { unsafe state.waiting.bytes.append($0) }
            mustWake = state.isAsleep
            state.isAsleep = false
            return true
        }
        if isTaken { lines.wrappingAdd(1, ordering: .relaxed) } else { drops.wrappingAdd(1, ordering: .relaxed) }
        if mustWake { bell.raise() }
    }

    // MARK: - The writer's thread

    private func work(_ descriptor: Int32) {
        var taken = Lines()
        while true {
            let (dropped, isLast) = take(&taken)
            if dropped > 0 {
                let told = LogLine(
                    time: .now, level: .warn, event: "log_lines_dropped", context: nil,
                    fields: [.count("lines", dropped)])
                layout.append(told, to: &taken.bytes)
            }
            write(&taken, to: descriptor)
            if isLast { return }
        }
    }

    /// Waits for lines and takes all of them; what is dropped while they are written is told behind the next ones.
    private func take(_ taken: inout Lines) -> (dropped: Int, isLast: Bool) {
        if shouldSleep() {
            bell.wait()
            let isClosed = state.withLock { $0.isClosed }
            if !isClosed { usleep(UInt32(Self.gathering.wholeNanoseconds / 1_000)) }
        }
        return state.withLock { state in
            swap(&state.waiting, &taken)
            defer { state.droppedSinceTold = 0 }
            return (state.droppedSinceTold, state.isClosed)
        }
    }

    private func shouldSleep() -> Bool {
        state.withLock { state in
            state.isAsleep = state.waiting.bytes.isEmpty && state.droppedSinceTold == 0 && !state.isClosed
            return state.isAsleep
        }
    }

    private func write(_ taken: inout Lines, to descriptor: Int32) {
        while !taken.bytes.isEmpty {
            let count = unsafe taken.bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                taken.bytes.consume(count)
            } else if errno == EAGAIN {
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&ready, 1, 1_000)
            } else if errno != EINTR {
                // The reader has gone, and there is no other place to say so than our own counter.
                drops.wrappingAdd(taken.bytes.lineCount, ordering: .relaxed)
                taken.bytes.removeAll()
            }
        }
    }
}

extension ByteQueue {
    fileprivate var lineCount: UInt64 {
        unsafe withUnsafeBytes { bytes in unsafe bytes.reduce(into: 0) { $0 += $1 == UInt8(ascii: "\n") ? 1 : 0 } }
    }
}
