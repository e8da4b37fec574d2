import Crypto
import Journal
import Loop
import Postgres
import Store
import Synchronization
import TestKit

/// A recorder with a journal, on a log of its own.
struct RecorderUnderTest {
    let recorder: EventRecorder
    let journal: Journal
    let happened: RecorderHappened

    /// `pool` belongs to the caller: it says where the events go.
    static func with<Value>(
        through pool: PostgresPool, in folder: String, limits: RecorderLimits = RecorderLimits(),
        journaling: JournalLimits = JournalLimits(), _ body: (RecorderUnderTest) async throws -> Value
    ) async throws -> Value {
        let happened = RecorderHappened()
        let recorder = EventRecorder(pool, limits: limits, observe: { happened.add($0) })
        let journal = try await Journal.open(folder, on: pool.loop, limits: journaling)
        recorder.attach(journal)
        let life = Task(executorPreference: pool.loop) { await recorder.run() }
        let test = RecorderUnderTest(recorder: recorder, journal: journal, happened: happened)
        let result: Result<Value, any Error>
        do { result = .success(try await body(test)) } catch { result = .failure(error) }
        recorder.stop()
        await life.value
        await journal.close()
        return try result.get()
    }

    func untilIdle() async throws {
        try await recorder.loop.until("everything in the log", within: .seconds(30)) {
            recorder.statistics.eventsWaiting == 0
        }
    }
}

/// What a recorder told.
final class RecorderHappened: Sendable {
    private let list = Mutex<[RecorderHappening]>([])

    func add(_ happening: RecorderHappening) { list.withLock { $0.append(happening) } }
    var all: [RecorderHappening] { list.withLock { $0 } }

    var conflicts: Int { all.count { if case .refused(_, _, .conflict) = $0 { true } else { false } } }
    var lost: Int { all.count { if case .lost = $0 { true } else { false } } }
    var unreadable: [UInt64] { all.compactMap { if case .unreadable(let number) = $0 { number } else { nil } } }
}
