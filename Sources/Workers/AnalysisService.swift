import Domain
import Jobs
import Loop
import Process
import Providers
import Service
import Store

/// Learns from calls that are over: looks at each, weighs the patterns seen in it, and reckons embeddings of what was said. On one
/// bench's loop alone; that is why `@unchecked` holds.
final class AnalysisService: @unchecked Sendable {
    /// Looks at a time: each holds a call in memory.
    static let slots = 8
    /// What nobody was told of is found by itself.
    static let embeddingRhythm = Duration.seconds(30)
    static let movingRhythm = Duration.seconds(3_600)
    /// Between two turns of what takes long.
    static let turn = Duration.milliseconds(50)
    /// Once a day, at the same time for all.
    static let recallRhythm = Duration.seconds(86_400)

    private let bench: Workbench
    private let log: Log
    private let health: HealthBoard
    private let sealing: Sealing?
    private let finder: EmbeddingFinder
    private let analyst: AnalystDesk
    private let recalls: Gauge
    private let consumer: AnalysisConsumer
    private var worker: ConsumerWorker?
    private var jobs: JobWorker?

    init(
        at bench: Workbench, _ sealing: Sealing?, _ settings: WorkersSettings, _ finder: EmbeddingFinder,
        _ station: Station
    ) {
        analyst = AnalystDesk(settings, station)
        recalls = station.metrics.gauge(
            "search_recall_percent",
            "Which part of the nearest texts the index finds, of the organization with the least.")
        consumer = AnalysisConsumer(sealing: sealing, settling: settings.settledAfter)
        self.bench = bench
        self.sealing = sealing
        self.finder = finder
        (log, health) = (station.log, station.health)
        health.expect("embeddings", .useful)
        health.report("embeddings", .up)
    }

    var statistics: (ConsumerName, ConsumerStatistics)? { worker.map { (consumer.name, $0.statistics) } }
    var jobStatistics: JobWorkerStatistics? { jobs?.statistics }

    func run(_ shift: Shift) async {
        shift.ready()
        await shift.withBell(on: bench.loop) { bell in
            guard let events = await EventLog.find(through: bench.postgres, log, until: bell) else { return }
            guard let embedder = await embedder() else { return }
            let worker = ConsumerWorker(
                consumer, of: events, bench.postgres, redis: bench.redis,
                observe: ConsumersSeen.observer(log, of: consumer.name))
            let jobs = jobWorker(events, embedder.embedder, isWhole: embedder.missing == nil)
            (self.worker, self.jobs) = (worker, jobs)
            await withDiscardingTaskGroup { group in
                group.addTask(executorPreference: bench.loop) { await worker.run() }
                group.addTask(executorPreference: bench.loop) { await jobs.run() }
                await shift.untilOver()
                worker.stop()
                jobs.stop()
            }
        }
    }

    /// Says where operators look what is broken; to have no weights at all is a choice. Nil where not even a thread can be had.
    private func embedder() async -> LocalEmbedding? {
        do {
            let found = try await finder.found(on: bench.loop)
            if let missing = found.missing {
                if missing != .noFolder { health.report("embeddings", .degraded(Reason(missing))) }
                log.warn("embeddings_by_shared_words", .harmless("why", missing))
            }
            return found
        } catch {
            log.error("learning_not_begun", .error(error))
            return nil
        }
    }

    private func jobWorker(_ events: EventLog, _ embedder: any Embedder, isWhole: Bool) -> JobWorker {
        var own = JobWorkerSettings()
        own.queue = AnalysisJobs.queue
        own.label = "learning"
        own.slots = Self.slots
        let pool = bench.postgres
        let analysis = AnalysisDesk(pool, events, sealing, by: analyst.analyst(at: bench))
        let patterns = PatternDesk(bench.postgres, events)
        let forgetting = ForgettingDesk(bench.postgres)
        let forgotten = ErrandBell(bench.redis, for: .forgetting)
        let texts = EmbeddingDesk(bench.postgres, by: embedder)
        var embedding = JobHandler(AnalysisJobs.embedding) { _ in
            _ = try await texts.work { Task.isCancelled }
            return .done
        }
        let moving = JobHandler(AnalysisJobs.moving) { _ in
            // Who only stands in for the network does not undo its work.
            if isWhole { _ = try await texts.moveOver { Task.isCancelled } }
            return .done
        }
        // There is one thread that reckons.
        embedding.runningMax = 1
        return JobWorker(
            [
                handler(AnalysisJobs.analysis) { call, organization, run in
                    _ = try await analysis.analyze(call, of: organization) { try await run.complete(in: $0) }
                },
                handler(AnalysisJobs.again) { call, organization, run in
                    guard let id = AnalysisJobs.run(in: run.job.args),
                        let row = try await AnalysisRunner.run(id, of: organization, through: pool)
                    else { return }
                    _ = try await analysis.analyze(call, of: organization, for: row) { try await run.complete(in: $0) }
                },
                handler(AnalysisJobs.patterns) { call, organization, run in
                    let choice = AnalysisJobs.choice(in: run.job.args)
                    _ = try await patterns.learn(from: call, of: organization, choice: choice) {
                        try await run.complete(in: $0)
                    }
                },
                rerun(AnalysisRunner(pool, analysis)), choose(LookChooser(pool, events, sealing)),
                JobHandler(ForgettingJobs.calls) { run in
                    guard let customer = ForgettingJobs.customer(in: run.job.args),
                        let organization = run.job.organization
                    else { return .discarded("its arguments are of another release") }
                    _ = try await forgetting.forget(customer, of: OrganizationID(organization)) {
                        try await run.complete(in: $0)
                    }
                    await forgotten.ring()
                    return .done
                }, embedding, moving, recall(),
            ],
            periodic: [
                PeriodicJob(AnalysisJobs.embedding, .every(Self.embeddingRhythm)) { _ in AnalysisJobs.embed() },
                .upkeep(AnalysisJobs.moving, every: Self.movingRhythm, in: AnalysisJobs.queue),
                .upkeep(AnalysisJobs.recall, every: Self.recallRhythm, in: AnalysisJobs.queue),
            ],
            on: bench.postgres, settings: own, observe: JobsSeen.observer(log))
    }

    /// Page after page, until others are to have their turn.
    private func rerun(_ runner: AnalysisRunner) -> JobHandler {
        var handler = JobHandler(AnalysisJobs.rerun) { run in
            guard let id = AnalysisJobs.run(in: run.job.args), let organization = run.job.organization else {
                return .discarded("its arguments are of another release")
            }
            let end = Moment.now + AnalysisRunner.turnMax
            while Moment.now < end, !Task.isCancelled {
                if try await runner.page(id, of: OrganizationID(organization)) { return .done }
            }
            return .snoozed(Self.turn)
        }
        // Calls that are just over find a slot.
        handler.runningMax = Self.slots / 2
        return handler
    }

    private func choose(_ chooser: LookChooser) -> JobHandler {
        JobHandler(AnalysisJobs.choosing) { run in
            guard let number = AnalysisJobs.choice(in: run.job.args), let organization = run.job.organization else {
                return .discarded("its arguments are of another release")
            }
            let own = OrganizationID(organization)
            guard try await chooser.isReady(number, of: own) else { return .snoozed(LookChooser.patience) }
            let end = Moment.now + AnalysisRunner.turnMax
            while Moment.now < end, !Task.isCancelled {
                if try await chooser.page(number, of: own) { return .done }
            }
            return .snoozed(Self.turn)
        }
    }

    private func recall() -> JobHandler {
        let desk = RecallDesk(bench.postgres)
        return JobHandler(AnalysisJobs.recall) { [recalls, log] _ in
            let figures = try await desk.figures { Task.isCancelled }
            recalls.set(Int((figures.map(\.recall).min() ?? 1) * 100))
            for figure in figures where figure.recall < RecallDesk.recallMin {
                log.error(
                    "search_index_forgets", .id("organization", Token(figure.organization.description)),
                    .count("percent", Int(figure.recall * 100)), .count("questions", figure.questions))
            }
            return .done
        }
    }

    private func handler(
        _ kind: String, _ work: @escaping @Sendable (CallID, OrganizationID, JobRun) async throws -> Void
    ) -> JobHandler {
        JobHandler(kind) { run in
            guard let call = AnalysisJobs.call(in: run.job.args), let organization = run.job.organization else {
                return .discarded("its arguments are of another release")
            }
            try await work(call, OrganizationID(organization), run)
            return .done
        }
    }
}
