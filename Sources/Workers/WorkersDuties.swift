import Jobs
import Loop
import Process
import Providers
import Service
import Store

/// What the workers' process does: the relay, the read models, jobs, and the figures of all of them.
enum WorkersDuties {
    /// In the order in which they start. What serves others comes first, and so stops last.
    static func all(_ station: Station, _ settings: WorkersSettings) async throws -> Duties {
        // The first loop keeps the house; the last one, where there are several, has the read models for itself.
        let (house, own) = (station.benches[0], station.benches[station.benches.count - 1])
        let relay = RelayService(at: house, station.log)
        let sealing = try settings.house.sealingKey.map { try Sealing(setting: $0.revealed) }
        let calls = CallsService(at: own, sealing, station.log)
        let customers = ConsumerService(CustomersConsumer(sealing: sealing), at: own, station.log)
        let learning = ConsumerService(LearningConsumer(sealing: sealing), at: own, station.log)
        // The weights are read once, whoever asks first.
        let finder = EmbeddingFinder(settings.house.local)
        let analysis = AnalysisService(at: own, sealing, settings, finder, station)
        let remembering = ConsumerService(RememberingConsumer(sealing: sealing), at: own, station.log)
        let webhooks = WebhooksService(
            at: house, settings.house.webhooks, try EndpointSecrets(setting: settings.house.sealingKey?.revealed),
            sealing,
            station.log)
        let figures = FiguresService(at: house, station.log, station.health)
        let files = try Lane(name: "recordings")
        // Made where it lives.
        let jobs = try await Task(executorPreference: house.loop) {
            try jobWorker(at: house, settings, sealing, finder, files, station.log)
        }.value
        let errands = await Task(executorPreference: house.loop) {
            errandWorker(at: house, settings, sealing, station.log)
        }.value

        let relayed = LoopGauge(on: house.loop) { relay.statistics }
        let projected = LoopGauge(on: own.loop) { calls.statistics }
        let known = LoopGauge(on: own.loop) { customers.statistics }
        let learned = LoopGauge(on: own.loop) { learning.statistics }
        let analyzed = LoopGauge(on: own.loop) { (analysis.statistics, analysis.jobStatistics) }
        let remembered = LoopGauge(on: own.loop) { remembering.statistics }
        let worked = LoopGauge(on: house.loop) {
            jobs.statistics + errands.statistics + (webhooks.jobStatistics ?? JobWorkerStatistics())
        }
        let told = LoopGauge(on: house.loop) { webhooks.consumerStatistics }
        let counted = LoopGauge(on: house.loop) { figures.figures }
        station.metrics.collect { scrape in
            if let statistics = relayed.reading ?? nil { RelaySeries.collect(statistics, &scrape) }
            for (name, statistics) in projected.reading ?? [] { ConsumerSeries.collect(statistics, of: name, &scrape) }
            if let (name, statistics) = known.reading ?? nil { ConsumerSeries.collect(statistics, of: name, &scrape) }
            if let (name, statistics) = learned.reading ?? nil { ConsumerSeries.collect(statistics, of: name, &scrape) }
            if let (name, statistics) = analyzed.reading?.0 { ConsumerSeries.collect(statistics, of: name, &scrape) }
            if let (name, statistics) = remembered.reading ?? nil {
                ConsumerSeries.collect(statistics, of: name, &scrape)
            }
            if let (name, statistics) = told.reading ?? nil { ConsumerSeries.collect(statistics, of: name, &scrape) }
            webhooks.statistics.collect(&scrape)
            if let statistics = worked.reading {
                JobsSeen.collect(statistics + (analyzed.reading?.1 ?? JobWorkerStatistics()), &scrape)
            }
            guard let figures = counted.reading ?? nil else { return }
            figures.log.collect(&scrape)
            ConsumerSeries.collect(figures.lags, figures.parked, &scrape)
            JobsSeen.collect(figures.jobs, &scrape)
        }
        return Duties(services: [
            ServiceGroup.Member("relay", on: house.loop) { await watched(relayed, $0, relay.run) },
            ServiceGroup.Member("calls", on: own.loop) { await watched(projected, $0, calls.run) },
            ServiceGroup.Member("customers", on: own.loop) { await watched(known, $0, customers.run) },
            ServiceGroup.Member("learning", on: own.loop) { await watched(learned, $0, learning.run) },
            ServiceGroup.Member("analysis", grace: .seconds(30), on: own.loop) {
                await watched(analyzed, $0, analysis.run)
            },
            ServiceGroup.Member("remembering", on: own.loop) { await watched(remembered, $0, remembering.run) },
            ServiceGroup.Member("jobs", grace: .seconds(30), on: house.loop) { shift in
                await watched(worked, shift) { await work(jobs, on: house.loop, $0) }
            },
            ServiceGroup.Member("errands", grace: .seconds(30), on: house.loop) { shift in
                await work(errands, on: house.loop, shift, wokenBy: ErrandBell(house.redis))
            },
            ServiceGroup.Member("webhooks", grace: .seconds(30), on: house.loop) {
                await watched(told, $0, webhooks.run)
            },
            ServiceGroup.Member("figures", on: house.loop) { await watched(counted, $0, figures.run) },
        ])
    }

    /// Besides the kinds that it knows it takes jobs back from who fell silent, and keeps the days of the history.
    private static func jobWorker(
        at bench: Workbench, _ settings: WorkersSettings, _ sealing: Sealing?, _ finder: EmbeddingFinder,
        _ files: Lane, _ log: Log
    ) throws -> JobWorker {
        let memories = MemoryJobs(at: bench, sealing, finder)
        let recordings = settings.house.recordings
        let bucket = try recordings.store.map { try S3Bucket($0, through: bench.http) }
        var own = JobWorkerSettings()
        own.label = "workers"
        own.slots = settings.jobsAtOnce
        return JobWorker(
            [
                IdentityPurgeJob.handler(through: bench.postgres), LiveOrderPurgeJob.handler(through: bench.postgres),
                SumMergeJob.handler(through: bench.postgres),
                RecordingPurgeJob.handler(through: bench.postgres, recordings, bucket, on: files),
                LostRecordingsJob.handler(through: bench.postgres),
            ] + memories.handlers,
            periodic: [
                IdentityPurgeJob.periodic, LiveOrderPurgeJob.periodic, SumMergeJob.periodic, MemoryJobs.periodic,
                RecordingPurgeJob.periodic, LostRecordingsJob.periodic,
            ],
            on: bench.postgres,
            settings: own, observe: JobsSeen.observer(log))
    }

    /// Answers and places calls: in a line of its own, so that no slow work stands before a caller. It is woken; where Redis is away
    /// it looks by itself, as often as a caller may be kept waiting.
    private static func errandWorker(
        at bench: Workbench, _ settings: WorkersSettings, _ sealing: Sealing?, _ log: Log
    ) -> JobWorker {
        var own = JobWorkerSettings()
        own.label = "errands"
        own.queue = CallErrand.queue
        own.slots = errandsAtOnce
        own.pollEvery = .milliseconds(250)
        own.stopPatience = .seconds(10)
        return JobWorker(
            CallErrands.handlers(Switchboard(at: bench, settings.house.carrier, sealing)), on: bench.postgres,
            settings: own,
            observe: JobsSeen.observer(log))
    }

    /// Each is little more than a few round trips.
    private static let errandsAtOnce = 64

    private static func work(
        _ jobs: JobWorker, on loop: Loop, _ shift: Shift, wokenBy bell: ErrandBell? = nil
    ) async {
        await withDiscardingTaskGroup { group in
            group.addTask(executorPreference: loop) { await jobs.run() }
            if let bell { group.addTask(executorPreference: loop) { await bell.listen { jobs.nudge() } } }
            shift.ready()
            await shift.untilOver()
            jobs.stop()
            // Only who listens is still there to be cancelled: the worker hands back what it can't end.
            if bell != nil { group.cancelAll() }
        }
    }

    private static func watched<Reading>(
        _ gauge: LoopGauge<Reading>, _ shift: Shift, _ run: (Shift) async -> Void
    ) async {
        gauge.start()
        await run(shift)
        gauge.stop()
    }
}
