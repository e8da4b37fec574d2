import Crypto
import Domain
import Loop
import Postgres
import Store
import Synchronization
import TestKit
import Wire

/// A fresh log in a schema of its own, with appenders at work.
struct LogUnderTest: Sendable {
    let pool: PostgresPool
    let log: EventLog
    let appenders: [EventAppender]
    let happenings: Happened
    /// What the appenders' sessions are called, to tell them from those of other tests.
    let name: String

    var appender: EventAppender { appenders[0] }
    var loop: Loop { pool.loop }

    static let organization = UUID(value: 0xA1)

    /// `through` is another way to the same server, for the appenders alone.
    static func with<Value>(
        on loop: Loop, at url: String? = nil, through other: String? = nil, appenders count: Int = 1,
        limits: AppendLimits = AppendLimits(), _ body: (LogUnderTest) async throws -> Value
    ) async throws -> Value {
        try await withDatabase(on: loop, at: url) { pool in
            try await Migrator(pool.configuration, on: loop, folder: Services.repository + "/Migrations").apply()
            var configuration = pool.configuration
            if let other {
                configuration = try PostgresConfiguration(other)
                configuration.searchPath = pool.configuration.searchPath
            }
            let name = "appender \(UInt32.random(in: 0 ... .max))"
            configuration.applicationName = name
            configuration.cancelGrace = .milliseconds(200)
            configuration.connectDeadline = .seconds(2)
            var poolLimits = PoolLimits()
            poolLimits.pauseMax = .milliseconds(200)
            let writers = PostgresPool(configuration, on: loop, limits: poolLimits)
            let happenings = Happened()
            let appenders = (0..<count).map { _ in
                EventAppender(writers, limits: limits) { happenings.add($0) }
            }
            let tasks = appenders.map { appender in Task(executorPreference: loop) { await appender.run() } }
            let result: Result<Value, any Error>
            do {
                let log = try await EventLog.read(through: .pool(pool))
                result = .success(
                    try await body(
                        LogUnderTest(pool: pool, log: log, appenders: appenders, happenings: happenings, name: name)))
            } catch {
                result = .failure(error)
            }
            for appender in appenders { await appender.close(within: .zero) }
            await writers.close()
            for task in tasks { await task.value }
            return try result.get()
        }
    }

    /// Everything in the log, lane by lane. Throws where a lane or a stream is not dense.
    func everything() async throws -> [RecordedEvent] {
        var all: [RecordedEvent] = []
        let heads = try await log.heads(through: .pool(pool))
        for lane in 0..<log.lanes {
            var position: Int64 = 0
            while position < heads[Int(lane)] {
                let page = try await log.page(
                    lane: lane, after: position, limit: EventLog.pageMax, through: .pool(pool))
                guard let last = page.last else { throw LogIsCorrupt.lane(lane, missing: position + 1) }
                all += page
                position = last.position
            }
        }
        // In the order of a lane, the versions of a stream ascend without a gap.
        var versions: [UUID: Int32] = [:]
        for event in all {
            let expected = versions[event.stream, default: 0] + 1
            guard event.version == expected else { throw LogIsCorrupt.stream(event.stream, missing: expected) }
            versions[event.stream] = expected
        }
        return all
    }
}

extension LogUnderTest {
    /// Submits all in one turn, in their order, and waits for what becomes of them.
    func results(of appends: [StreamAppend], by appender: EventAppender? = nil) async -> [Result<
        AppendVerdict, AppendError
    >] {
        let appender = appender ?? self.appender
        return await withCheckedContinuation { continuation in
            var results = [Result<AppendVerdict, AppendError>?](repeating: nil, count: appends.count)
            var missing = appends.count
            for (index, append) in appends.enumerated() {
                appender.submit(append) { result in
                    results[index] = result
                    missing -= 1
                    if missing == 0 { continuation.resume(returning: results.compactMap { $0 }) }
                }
            }
        }
    }

    func together(_ appends: [StreamAppend], by appender: EventAppender? = nil) async throws -> [AppendVerdict] {
        try await results(of: appends, by: appender).map { try $0.get() }
    }
}

/// What appenders told.
final class Happened: Sendable {
    private let list = Mutex<[AppendHappening]>([])

    func add(_ happening: AppendHappening) { list.withLock { $0.append(happening) } }
    var all: [AppendHappening] { list.withLock { $0 } }

    var failures: [PostgresError?] {
        all.compactMap { if case .flushFailed(let error, _) = $0 { .some(error) } else { nil } }
    }
}

func event(_ id: UUID = .v7(), _ payload: String = #"{"words":"hello"}"#) -> NewEvent {
    NewEvent(
        id: id, type: "turn.ended", schemaVersion: 1, occurredAt: Timestamp(microseconds: 1_700_000_000_000_000),
        payload: Array(payload.utf8))
}

func events(_ count: Int) -> [NewEvent] { (0..<count).map { _ in event() } }

func append(
    to stream: UUID, at start: StreamAppend.Start, _ events: [NewEvent],
    of organization: UUID = LogUnderTest.organization
) -> StreamAppend {
    StreamAppend(to: stream, kind: .call, of: organization, at: start, events)
}
