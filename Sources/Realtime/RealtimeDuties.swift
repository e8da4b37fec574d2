import Loop
import Process
import Providers
import Service
import Store

/// What the realtime process does besides its calls: it writes down what happens in them.
enum RealtimeDuties {
    static func all(_ station: Station, _ settings: RealtimeSettings) async throws -> Duties {
        let house = station.benches[0]
        // Made where it lives.
        let recording = await Task(executorPreference: house.loop) {
            RecorderService(at: house, in: settings.journal, station.log, station.health)
        }.value
        let engines = try await LocalEngines.find(settings.house)
        engines.tell(station.health, station.metrics, station.log)
        let minds = try await LocalMinds.find(settings.house)
        minds.tell(station.health, station.log)
        let series = CallSeries(station.metrics)
        let floor = CallFloor(callsMax: settings.callsMax, series)
        let sealing = try settings.house.sealingKey.map { try Sealing(setting: $0.revealed) }
        let traces = try CallTraces(settings, sealing, station)
        let shelves: [(any CallFiles)?] = [traces.shelf, PastDesk(house.redis, house.postgres, sealing)]
        let forgotten = ForgottenFiles(at: house, shelves.compactMap(\.self), station.log)
        let recordings = try await Task(executorPreference: house.loop) {
            try CallRecordings(at: house, settings, station)
        }.value
        let secrets = try EndpointSecrets(setting: settings.house.sealingKey?.revealed)
        // One for all benches: its weights are large, and loaded when the first caller has more to be reminded of than they were given.
        let embeddings = EmbeddingFinder(settings.house.local)
        var benches: [CallBench] = []
        for bench in station.benches {
            // Awaited at once: it only moves the making to the bench's loop.
            benches.append(
                await Task(executorPreference: bench.loop) {
                    CallBench(
                        bench, settings.house, engines, minds, recording.recorder, secrets, sealing, series,
                        station.log,
                        traces: traces.shelf, recordings: recordings, embeddings: embeddings)
                }.value)
        }
        await tellProviders(benches, station)
        let figures = LoopGauge(on: house.loop) { recording.figures }
        station.metrics.collect { scrape in
            guard let figures = figures.reading else { return }
            LogSeries.collect(figures.appending, loop: house.loop.name, &scrape)
            figures.recorder.collect(&scrape)
            if let journal = figures.journal { JournalSeen.collect(journal, &scrape) }
        }
        let calls = benches
        station.metrics.collect {
            RecordingsSeen.collect(recordings.spool.statistics, recordings.statistics, &$0)
        }
        let watches = zip(station.benches, benches).map { bench, calls in
            (bench, ProviderWatch(calls.providers, at: bench, station.log))
        }
        var duties = Duties(
            routes: MediaDoor(floor: floor, benches: calls).routes,
            services: [
                ServiceGroup.Member("recorder", on: house.loop) { shift in
                    figures.start()
                    await recording.run(shift)
                    figures.stop()
                },
                ServiceGroup.Member("traces", on: house.loop, run: traces.run),
                ServiceGroup.Member("recordings", grace: .seconds(10), on: house.loop, run: recordings.run),
                ServiceGroup.Member("forgetting", on: house.loop, run: forgotten.run),
                ServiceGroup.Member("providers", on: house.loop) { shift in
                    shift.ready()
                    await shift.untilOver()
                    for bench in calls {
                        await Task(executorPreference: bench.loop) { bench.shutdown() }.value
                    }
                },
            ] + calls.map { bench in ServiceGroup.Member("orders", on: bench.loop, run: bench.takeOrders) }
                + watches.map { bench, watch in ServiceGroup.Member("watch", on: bench.loop, run: watch.run) })
        duties.beforeDrain = { await drain(floor, calls, within: $0, on: house.loop) }
        return duties
    }

    /// Without providers the process is there, and no call is.
    private static func tellProviders(_ benches: [CallBench], _ station: Station) async {
        guard let bench = benches.first else { return }
        let lack = await Task(executorPreference: bench.loop) { bench.providers.lack }.value
        station.health.expect("providers", .useful)
        station.health.report("providers", lack.map { .down(Reason($0)) } ?? .up)
        if let lack { station.log.warn("providers_missing", .harmless("what", lack)) }
    }

    /// Calls come to their own end as long as there is time; then others go on with them, and what can't be handed over is ended.
    private static func drain(
        _ floor: CallFloor, _ benches: [CallBench], within patience: Duration, on loop: Loop
    ) async {
        floor.drain()
        let deadline = Moment.now + patience
        await wait(floor, until: deadline, on: loop)
        for bench in benches { await Task(executorPreference: bench.loop) { await bench.handOverCalls() }.value }
        await wait(floor, until: Moment.now + Self.goodbye, on: loop)
        for bench in benches { await Task(executorPreference: bench.loop) { bench.endCalls() }.value }
        await wait(floor, until: deadline + Self.goodbye, on: loop)
    }

    /// For what is on its way to the carrier.
    private static let goodbye = Duration.seconds(1)

    private static func wait(_ floor: CallFloor, until deadline: Moment, on loop: Loop) async {
        while floor.live > 0, Moment.now < deadline {
            do { try await loop.sleep(for: .milliseconds(20)) } catch { return }
        }
    }
}
