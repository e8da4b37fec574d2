import Jobs
import Loop
import Process
import Providers
import Service
import Store

/// Tells others of events: notes who is to be told, and tells them. On one bench's loop alone; that is why `@unchecked` holds.
final class WebhooksService: @unchecked Sendable {
    /// Endpoints that are served at a time.
    static let slots = 32
    /// Of one organization: its slow receivers must not keep the others' waiting.
    static let slotsOfOne = 8
    static let sweep = "sweep_webhooks"
    static let sweepRhythm = Duration.seconds(60)
    static let purge = "purge_webhooks"
    static let purgeRhythm = Duration.seconds(3_600)

    private let bench: Workbench
    private let log: Log
    private let settings: WebhookSettings
    private let secrets: EndpointSecrets
    private let sealing: Sealing?
    private let consumer = WebhooksConsumer()
    let statistics = WebhookStatistics()
    private var worker: ConsumerWorker?
    private var jobs: JobWorker?

    init(
        at bench: Workbench, _ settings: WebhookSettings, _ secrets: EndpointSecrets, _ sealing: Sealing?, _ log: Log
    ) {
        self.sealing = sealing
        self.bench = bench
        self.settings = settings
        self.secrets = secrets
        self.log = log
    }

    var consumerStatistics: (ConsumerName, ConsumerStatistics)? { worker.map { (consumer.name, $0.statistics) } }
    var jobStatistics: JobWorkerStatistics? { jobs?.statistics }

    func run(_ shift: Shift) async {
        shift.ready()
        await shift.withBell(on: bench.loop) { bell in
            guard let events = await EventLog.find(through: bench.postgres, log, until: bell) else { return }
            let worker = ConsumerWorker(
                consumer, of: events, bench.postgres, redis: bench.redis,
                observe: ConsumersSeen.observer(log, of: consumer.name))
            let post = WebhookPost(settings, on: bench.loop)
            let jobs = jobWorker(post)
            (self.worker, self.jobs) = (worker, jobs)
            await withDiscardingTaskGroup { group in
                group.addTask(executorPreference: bench.loop) { await worker.run() }
                group.addTask(executorPreference: bench.loop) { await jobs.run() }
                await shift.untilOver()
                worker.stop()
                jobs.stop()
            }
            post.shutdown()
        }
    }

    private func jobWorker(_ post: WebhookPost) -> JobWorker {
        var own = JobWorkerSettings()
        own.queue = WebhookJobs.queue
        own.label = "webhooks"
        own.slots = Self.slots
        own.organizationRunningMax = Self.slotsOfOne
        // A request that is under way may end.
        own.stopPatience = WebhookPost.totalMax
        let pool = bench.postgres
        let queue = WebhookQueue(pool, secrets, sealing)
        let pump = WebhookPump(queue, post, statistics, on: bench.loop)
        let replay = WebhookReplay(pool)
        var delivery = JobHandler(WebhookJobs.delivery) { try await pump.run($0) }
        delivery.retry = RetryPolicy(first: .seconds(1), longest: .seconds(60))
        return JobWorker(
            [
                delivery, JobHandler(WebhookJobs.replay) { try await replay.run($0) },
                JobHandler(Self.sweep) { _ in
                    _ = try await queue.sweep()
                    return .done
                },
                JobHandler(Self.purge) { _ in
                    _ = try await queue.purge { Task.isCancelled }
                    return .done
                },
            ],
            periodic: [
                .upkeep(Self.sweep, every: Self.sweepRhythm, in: WebhookJobs.queue),
                .upkeep(Self.purge, every: Self.purgeRhythm, in: WebhookJobs.queue),
            ], on: pool,
            settings: own, observe: JobsSeen.observer(log))
    }
}
