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
        let customers = CustomersService(at: own, station.log)
        let learning = LearningService(at: own, sealing, station.log)
        let webhooks = WebhooksService(
            at: house, settings.house.webhooks, try EndpointSecrets(setting: settings.house.sealingKey?.revealed),
            station.log)
        let figures = FiguresService(at: house, station.log, station.health)
        // Made where it lives.
        let jobs = await Task(executorPreference: house.loop) { jobWorker(at: house, settings, station.log) }.value

        let relayed = LoopGauge(on: house.loop) { relay.statistics }
        let projected = LoopGauge(on: own.loop) { calls.statistics }
        let known = LoopGauge(on: own.loop) { customers.statistics }
        let learned = LoopGauge(on: own.loop) { learning.statistics }
        let worked = LoopGauge(on: house.loop) { jobs.statistics + (webhooks.jobStatistics ?? JobWorkerStatistics()) }
        let told = LoopGauge(on: house.loop) { webhooks.consumerStatistics }
        let counted = LoopGauge(on: house.loop) { figures.figures }
        station.metrics.collect { scrape in
            if let statistics = relayed.reading ?? nil { RelaySeries.collect(statistics, &scrape) }
            for (name, statistics) in projected.reading ?? [] { ConsumerSeries.collect(statistics, of: name, &scrape) }
            if let (name, statistics) = known.reading ?? nil { ConsumerSeries.collect(statistics, of: name, &scrape) }
            if let (name, statistics) = learned.reading ?? nil { ConsumerSeries.collect(statistics, of: name, &scrape) }
            if let (name, statistics) = told.reading ?? nil { ConsumerSeries.collect(statistics, of: name, &scrape) }
            webhooks.statistics.collect(&scrape)
            if let statistics = worked.reading { JobsSeen.collect(statistics, &scrape) }
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
            ServiceGroup.Member("jobs", grace: .seconds(30), on: house.loop) { shift in
                await watched(worked, shift) { await work(jobs, on: house.loop, $0) }
            },
            ServiceGroup.Member("webhooks", grace: .seconds(30), on: house.loop) {
                await watched(told, $0, webhooks.run)
            },
            ServiceGroup.Member("figures", on: house.loop) { await watched(counted, $0, figures.run) },
        ])
    }

    /// Besides the kinds that it knows it takes jobs back from who fell silent, and keeps the days of the history.
    private static func jobWorker(at bench: Workbench, _ settings: WorkersSettings, _ log: Log) -> JobWorker {
        var own = JobWorkerSettings()
        own.label = "workers"
        own.slots = settings.jobsAtOnce
        return JobWorker(
            [IdentityPurgeJob.handler(through: bench.postgres)], periodic: [IdentityPurgeJob.periodic],
            on: bench.postgres,
            settings: own, observe: JobsSeen.observer(log))
    }

    private static func work(_ jobs: JobWorker, on loop: Loop, _ shift: Shift) async {
        await withDiscardingTaskGroup { group in
            group.addTask(executorPreference: loop) { await jobs.run() }
            shift.ready()
            await shift.untilOver()
            jobs.stop()
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
