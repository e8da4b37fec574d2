import HTTP
package import Loop
package import Service

extension Station {
    /// Opens a station on running loops and works until something ends it. `duties` says what this process does in
    /// particular.
    ///
    /// `started` is called once with a way to ask for the end. Throws what made the opening impossible.
    package static func run(
        _ plan: StationPlan, on loops: Loops, log: Log, metrics: Metrics, exitNow: @escaping @Sendable () -> Void,
        started: (@escaping @Sendable () -> Void) throws -> Void,
        duties: @Sendable (Station) async throws -> Duties
    ) async throws -> ServiceGroup.Outcome {
        let health = HealthBoard()
        health.expect("accepting", .needed)
        health.expect("postgres", .needed)
        health.expect("redis", .useful)
        let spans = SpanPost(plan, on: loops.first, metrics)
        let tracer = Tracer(ratio: plan.settings.tracing.ratio, exporter: spans?.exporter)
        let benches = try await openBenches(plan, on: loops, log: log, health)
        collect(from: benches, metrics)
        let station = Station(
            plan: plan, loops: loops, log: log, metrics: metrics, tracer: tracer, health: health, benches: benches)
        let own: Duties
        do {
            own = try await duties(station)
        } catch {
            await closeUnused(benches)
            throw error
        }
        let group = ServiceGroup(
            station.members(spans, own), deadline: plan.settings.drainDeadline, log: log, loop: loops.first,
            exitNow: exitNow)
        try started { group.stop() }
        return await group.run()
    }

    private static func openBenches(
        _ plan: StationPlan, on loops: Loops, log: Log, _ health: HealthBoard
    ) async throws -> [Workbench] {
        let furnishing = try WorkbenchPlan(plan.settings, process: plan.identity.name, loopCount: loops.all.count)
        let gauges = GaugeSet(health)
        var benches: [Workbench] = []
        for loop in loops.all {
            let gauge = WorkbenchGauge(on: loop) { gauges.changed() }
            gauges.add(gauge)
            // Awaited at once: it only moves the making to the bench's loop.
            benches.append(
                try await Task(executorPreference: loop) {
                    try Workbench(furnishing, on: loop, log: log, gauge: gauge)
                }.value)
        }
        return benches
    }

    private static func closeUnused(_ benches: [Workbench]) async {
        for bench in benches { await Task(executorPreference: bench.loop) { await bench.close() }.value }
    }

    private static func collect(from benches: [Workbench], _ metrics: Metrics) {
        metrics.collect { scrape in
            for bench in benches {
                guard let counts = bench.gauge.reading.counts else { continue }
                PostgresSeen.collect(counts.pool, loop: bench.loop.name, &scrape)
                RedisSeen.collect(counts.redis, loop: bench.loop.name, &scrape)
                HTTPSeen.collect(counts.client, loop: bench.loop.name, &scrape)
            }
        }
    }

    // MARK: - What runs

    /// In the order they start; they stop in reverse.
    private func members(_ spans: SpanPost?, _ duties: Duties) -> [ServiceGroup.Member] {
        var members: [ServiceGroup.Member] = []
        if let spans { members.append(ServiceGroup.Member("spans", run: spans.run)) }
        for bench in benches { members.append(ServiceGroup.Member("workbench", on: bench.loop, run: bench.run)) }
        members += duties.services
        members.append(
            ServiceGroup.Member("server", grace: plan.settings.drainDeadline) { [self] in try await serve(duties, $0) })
        members.append(ServiceGroup.Member("doors", run: keepDoors))
        return members
    }

    /// Says "ready" once everything else works, and takes it back before anything else stops.
    private func keepDoors(_ shift: Shift) async {
        health.report("accepting", .up)
        shift.ready()
        await shift.untilOver()
        health.report("accepting", .down("draining"))
    }

    private func serve(_ duties: Duties, _ shift: Shift) async throws {
        let desk = FrontDesk(log: log, tracer: tracer, series: RequestSeries(metrics))
        var routes = OperationsRoutes.all(health: health, metrics: metrics) + duties.routes
        if let title = duties.title {
            routes += OperationsRoutes.description(title, of: routes, duties.schemas)
        }
        var settings = ServerSettings()
        settings.address = plan.settings.address
        settings.port = plan.port
        settings.limits = duties.limits
        settings.observe = HTTPSeen.observer(log)
        settings.answer = { Answers.problem(for: $0).response }
        let router = Router(routes, middleware: [desk.middleware] + duties.middleware)
        let server = try await Server.open(on: loops.all, settings, router: router)
        metrics.collect { HTTPSeen.collect(server.statistics, &$0) }
        log.info("listening", .count("port", Int(server.port)))
        shift.ready()
        await shift.untilOver()
        var patience = plan.settings.drainDeadline
        if let beforeDrain = duties.beforeDrain {
            patience = patience / 2
            // The loop that the server's own work is on goes on meanwhile.
            await beforeDrain(patience)
        }
        let cut = await server.drain(within: max(patience - .seconds(2), .milliseconds(500)))
        log.info("drained", .count("connections_cut", cut))
    }
}
