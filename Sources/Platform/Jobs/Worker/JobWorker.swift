package import Crypto
import Loop
package import Postgres

/// Fetches jobs of one queue, runs them, writes how they ended, and looks after those that others left behind.
///
/// Lives on its pool's loop: that is why `@unchecked` holds. Any number of workers may run, in any number of processes.
/// While Postgres is away it waits, longer from time to time; what it runs goes on, and is written when Postgres is back.
package final class JobWorker: @unchecked Sendable {
    /// Random: a host and a process number come back, this does not.
    package let id = UUID.v4()
    let pool: PostgresPool
    let settings: JobWorkerSettings
    let handlers: [String: JobHandler]
    let scheduler: PeriodicScheduler
    let observe: JobsObserver
    let completions: Completions
    let persistence: Persistence

    var counts = JobWorkerStatistics()
    var running: [JobTicket: RunningJob] = [:]
    /// The moment at which the last heartbeat that arrived was sent.
    var lastBeat: Moment?
    /// Runs that the database believes to be here, and which fetch had begun by then.
    var strays: [JobTicket: Int] = [:]
    private(set) var fetchesEnded = 0

    private var order: FetchOrder
    private var fetchesFailedInRow = 0
    private var areBucketsKept = false
    private var hasRun = false
    private(set) var isStopping = false
    /// Nothing is fetched any more, and who could not be waited for has been handed back.
    private var isOver = false

    private let workBell: Doorbell
    private let pauseBell: Doorbell
    private let idleBell: Doorbell
    let beatBell: Doorbell
    let careBell: Doorbell

    package init(
        _ handlers: [JobHandler], periodic: [PeriodicJob] = [], on pool: PostgresPool,
        settings: JobWorkerSettings = JobWorkerSettings(), observe: @escaping JobsObserver = { _ in }
    ) {
        precondition(settings.slots > 0 && settings.fetchMax > 0, "a worker without slots does nothing")
        self.pool = pool
        self.settings = settings
        self.observe = observe
        self.handlers = Dictionary(handlers.map { ($0.kind, $0) }) { _, _ in
            preconditionFailure("two handlers for one kind")
        }
        scheduler = PeriodicScheduler(periodic, on: pool)
        persistence = Persistence(loop: pool.loop, patience: settings.settlePatience, pauses: settings.absence) {
            observe(.postgresAway($0, doing: "settle"))
        }
        completions = Completions(id, on: pool, persistence)
        order = FetchOrder(
            worker: id, queue: settings.queue,
            kinds: handlers.map {
                FetchOrder.Kind(name: $0.kind, runningMax: $0.runningMax, bucket: $0.rateLimit?.bucket)
            },
            organizationRunningMax: settings.organizationRunningMax, limit: 0)
        workBell = Doorbell(on: pool.loop)
        pauseBell = Doorbell(on: pool.loop)
        idleBell = Doorbell(on: pool.loop)
        beatBell = Doorbell(on: pool.loop)
        careBell = Doorbell(on: pool.loop)
    }

    package var statistics: JobWorkerStatistics {
        var statistics = counts
        statistics.running = running.count
        return statistics
    }

    // MARK: - Life

    /// Works until `stop`, then lets jobs end, cancels the rest and hands it back. Cancelling the task is a `stop` too.
    package func run() async {
        pool.loop.checkIsolated()
        precondition(!hasRun, "a worker runs once: its id stands for one start")
        hasRun = true
        // Awaited at once; of its own, because the ends of jobs must be written even when the caller is cancelled.
        let root = Task(executorPreference: pool.loop) { [self] in await work() }
        await withTaskCancellationHandler {
            await root.value
        } onCancel: {
            stop()
        }
    }

    /// From any thread, and more than once.
    package func stop() {
        pool.loop.execute { [self] in
            isStopping = true
            ringAll()
        }
    }

    /// There is work: look now. From any thread.
    package func nudge() { pool.loop.execute { [self] in workBell.ring() } }

    private func work() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.keepBeating() }
            group.addTask { await self.keepHouse() }
            group.addTask { await self.completions.run { self.isOn } }
            while !isStopping { await fetchOnce(&group) }
            await drain()
            isOver = true
            ringAll()
        }
        await signOff()
    }

    /// Whether the heart must beat and ends must be written.
    var isOn: Bool { !isOver || !running.isEmpty }

    private func ringAll() {
        for bell in [workBell, pauseBell, idleBell, beatBell, careBell] { bell.ring() }
        completions.ring()
    }

    private func drain() async {
        observe(.stopping(running: running.count))
        await untilIdle(within: settings.stopPatience)
        for run in running.values { run.interrupt(.stopping) }
        await untilIdle(within: settings.cancelPatience)
        for run in running.values where !run.isSettling {
            run.wasHandedBack = true
            // Postgres is away: the others will be rescued, and so will this one.
            guard await handBack(run.job) else { break }
        }
    }

    private func untilIdle(within patience: Duration) async {
        let deadline = Moment.now + patience
        while !running.isEmpty, Moment.now < deadline {
            await idleBell.rest(
                for: .nanoseconds(deadline.nanoseconds - min(deadline.nanoseconds, Moment.now.nanoseconds)))
        }
    }

    // MARK: - Fetching

    private func fetchOnce(_ group: inout DiscardingTaskGroup) async {
        let limit = min(settings.slots - running.count, settings.fetchMax)
        // Who was not heard of for a while would lose at once what it takes.
        guard limit > 0, isHeard, !handlers.isEmpty else { return await workBell.rest(for: settings.pollEvery) }
        do {
            let fetched = try await fetch(limit)
            for run in fetched { group.addTask { await self.perform(run) } }
            fetchesFailedInRow = 0
            if fetched.count < limit { await workBell.rest(for: settings.pollEvery) }
        } catch {
            counts.fetchesFailed += 1
            fetchesFailedInRow += 1
            observe(.postgresAway(PostgresError.made(of: error), doing: "fetch"))
            let chance = Double.random(in: 0...1)
            await pauseBell.rest(for: settings.absence.delay(after: fetchesFailedInRow, chance: chance))
        }
    }

    private var isHeard: Bool {
        guard let lastBeat else { return false }
        return Moment.now < lastBeat + settings.silenceMax / 2
    }

    func heard(at moment: Moment) {
        let wasHeard = isHeard
        lastBeat = moment
        if !wasHeard { workBell.ring() }
    }

    private func fetch(_ limit: Int) async throws -> [RunningJob] {
        if !areBucketsKept {
            let limits = Dictionary(handlers.values.compactMap(\.rateLimit).map { ($0.bucket, $0) }) { one, _ in one }
            if !limits.isEmpty { try await pool.execute(JobSQL.keepBuckets(Array(limits.values))) }
            areBucketsKept = true
        }
        order.limit = limit
        counts.fetches += 1
        defer { fetchesEnded += 1 }
        // Known before anything else happens: a heartbeat asks who is running.
        let fetched = try await order.fetch(from: pool).map { RunningJob($0) }
        for run in fetched { running[run.job.ticket] = run }
        counts.fetched += fetched.count
        return fetched
    }

    func ended(_ run: RunningJob) {
        running[run.job.ticket] = nil
        // Room for another, here or at a limit.
        workBell.ring()
        if running.isEmpty {
            idleBell.ring()
            if isOver { ringAll() }
        }
    }
}
