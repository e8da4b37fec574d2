import Loop
import Postgres
import Store
import Wire

/// One rebuild of the calls' read model, from making its tables to going over to it.
final class Rebuilding: Sendable {
    /// How often progress is looked at.
    static let rhythm = Duration.milliseconds(250)

    private let consumer: ConsumerName
    private let lagMax: Int64
    private let pool: PostgresPool
    private let printer: Printer
    private let sealing: Sealing?

    init(
        _ consumer: ConsumerName, lagMax: Int64, _ pool: PostgresPool, _ printer: Printer, _ sealing: Sealing?
    ) {
        self.sealing = sealing
        self.consumer = consumer
        self.lagMax = lagMax
        self.pool = pool
        self.printer = printer
    }

    func run() async throws {
        guard let live = try await Rebuild(pool).liveVersion(of: consumer.name, through: .pool(pool)) else {
            throw Trouble(
                "there is no live version of \(consumer.name) yet: start ledgerline-workers, which begin with one")
        }
        if live == consumer { return printer.show("\(consumer) is live already", told("live")) }
        let lanes = try await ConsumerLag.read(through: .pool(pool)).filter { $0.consumer == consumer.description }
        guard !lanes.contains(where: \.isRetired) else {
            throw Trouble("\(consumer) was live before and its place was taken: choose a version that was never used")
        }
        try await refuseWithoutKey()
        try await makeTables(like: live)
        let log = try await EventLog.read(through: .pool(pool))
        let worker = ConsumerWorker(
            CallsConsumer(version: consumer.version, sealing: sealing), of: log, pool, redis: nil
        ) { happening in
            Self.complain(happening)
        }
        // The worker's life ends here, whatever comes of it.
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(executorPreference: pool.loop) { await worker.run() }
            let outcome: Result<Void, any Error>
            do { outcome = .success(try await follow()) } catch { outcome = .failure(error) }
            worker.stop()
            try await group.waitForAll()
            try outcome.get()
        }
    }

    /// A read model in which words that the log has read as erased is worse than none.
    private func refuseWithoutKey() async throws {
        guard sealing == nil else { return }
        let people = try await Sealing.keyCount(in: pool)
        guard people > 0 else { return }
        throw Trouble(
            "the words of \(people) people are sealed in the log, and would read as (erased) in \(consumer): "
                + SealingKey.advice)
    }

    private func makeTables(like live: ConsumerName) async throws {
        let (new, old) = (CallTables(version: consumer.version), CallTables(version: live.version))
        let wereMade = try await pool.withTransaction { session in
            if try await new.areThere(in: session) { return false }
            try await new.make(like: old, in: session)
            return true
        }
        if wereMade { printer.say("made the tables of \(consumer)") }
    }

    private func follow() async throws {
        var shown: Int64?
        while true {
            let progress = try await Rebuild(pool).progress(of: consumer)
            if !progress.lanes.isEmpty, progress.done != shown {
                shown = progress.done
                show(progress)
            }
            if progress.isLive { return printer.show("\(consumer) is live", told("live")) }
            if !progress.lanes.isEmpty, progress.lag <= lagMax, try await switchOver() { return }
            try await pool.loop.sleep(for: Self.rhythm)
        }
    }

    private func switchOver() async throws -> Bool {
        let tables = CallTables(version: consumer.version)
        let verdict = try await Rebuild(pool).switchOver(to: consumer, lagMax: lagMax) { session in
            try await tables.expose(in: session)
        }
        switch verdict {
        case .switched(let old):
            let parked = try await ParkedCount.read(through: .pool(pool)).first { $0.consumer == consumer.description }
            printer.show("\(consumer) is live now; \(old) is retired", told("switched"))
            if let parked {
                printer.say(
                    "\(parked.streams) streams of it are parked: see `ledgerline dead-letters list --consumer \(consumer)`"
                )
            }
            return true
        case .isLiveAlready:
            printer.show("\(consumer) is live", told("live"))
            return true
        case .isBehind, .isNotBuilt: return false
        }
    }

    private func show(_ progress: Rebuild.Progress) {
        let share = progress.goal == 0 ? 100 : min(100, progress.done * 100 / progress.goal)
        printer.show(
            "\(consumer): \(progress.done) of \(progress.goal) events, \(share) %",
            .object([
                ("consumer", .of(consumer)), ("state", .string("building")), ("done", .of(progress.done)),
                ("goal", .of(progress.goal)),
            ]))
        printer.flush()
    }

    private func told(_ state: String) -> JSONValue {
        .object([("consumer", .of(consumer)), ("state", .string(state))])
    }

    private static func complain(_ happening: ConsumerHappening) {
        switch happening {
        case .failed(let lane, let position, let note):
            Console.complain("lane \(lane), event \(position): \(note.text); it is tried again")
        case .parked(let lane, let position, let note):
            Console.complain("lane \(lane), event \(position): \(note.text); its stream is parked")
        case .roundFailed(let note): Console.complain("\(note.text); it is tried again")
        default: break
        }
    }
}
