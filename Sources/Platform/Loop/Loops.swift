import Glibc
import Synchronization

/// The loops of one process, one per core, each on a thread of its own.
///
/// `run` is their whole life: they start before the body and stop after it, so whatever the body awaits comes to its end.
package struct Loops: Sendable {
    package let all: [Loop]

    /// The loop that the body of `run` lives on.
    package var first: Loop { all[0] }

    package static var coreCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// Starts `count` loops, runs `body` on the first and blocks the calling thread until it has ended and the loops are gone.
    ///
    /// For `main`: the calling thread does nothing else meanwhile.
    package static func run<Value: Sendable>(
        _ count: Int = Loops.coreCount, name: String = "loop", body: @escaping @Sendable (Loops) async throws -> Value
    ) throws -> Value {
        let (loops, threads) = try start(count, name)
        let outcome = Outcome<Value>()
        let done = Signal()
        // The root of everything that runs: it belongs to this call, which blocks until it is over.
        Task(executorPreference: loops.first) {
            do { outcome.set(.success(try await body(loops))) } catch { outcome.set(.failure(error)) }
            done.raise()
        }
        done.wait()
        loops.stop(threads)
        return try outcome.get()
    }

    /// The same for a caller that is a task already: it suspends instead of blocking. Cancelling it cancels `body`.
    package static func with<Value: Sendable>(
        _ count: Int = 1, name: String = "loop", body: @escaping @Sendable (Loops) async throws -> Value
    ) async throws -> Value {
        let (loops, threads) = try start(count, name)
        // Awaited at once, so it is no task of its own: it only moves the body onto the loop.
        let root = Task(executorPreference: loops.first) { try await body(loops) }
        let result = await withTaskCancellationHandler {
            await root.result
        } onCancel: {
            root.cancel()
        }
        loops.stop(threads)
        return try result.get()
    }

    private static func start(_ count: Int, _ name: String) throws(SystemError) -> (Loops, [Thread]) {
        var all: [Loop] = []
        for index in 0..<max(1, count) { all.append(try Loop(name: "\(name)-\(index)")) }
        var threads: [Thread] = []
        for loop in all { threads.append(try Thread(name: loop.name) { loop.run() }) }
        return (Loops(all: all), threads)
    }

    private func stop(_ threads: [Thread]) {
        for loop in all { loop.stop() }
        for thread in threads { thread.join() }
    }

    private final class Outcome<Value: Sendable>: Sendable {
        private let result = Mutex<Result<Value, any Error>?>(nil)

        func set(_ value: Result<Value, any Error>) { result.withLock { $0 = value } }

        func get() throws -> Value {
            guard let result = result.withLock({ $0 }) else { preconditionFailure("the body ended without an outcome") }
            return try result.get()
        }
    }
}
