import Domain
import HTTP
import Jobs
import Loop
import Postgres
import Process
import Providers
import Redis
import Service
import Store

/// What the calls of one loop share. On its loop alone, which is why `@unchecked` holds.
final class CallBench: @unchecked Sendable {
    /// So often a call whose socket was lost is taken up again; then it waits for its carrier, and ends without sound.
    static let cutsMax = 3
    /// Whose caller has hung up is told by a webhook, which is on its way then.
    private static let cutPause = Duration.milliseconds(250)

    let loop: Loop
    let tickets: any CallTickets
    let providers: CallProviders
    private let surroundings: CallSession.Surroundings
    private let tools: ToolPost
    private let commands: [Carrier: any CarrierCommands]
    private let context: ContextReader
    private let events = LogHandle()
    private let sealing: Sealing?
    private let log: Log
    private var sessions: [ObjectIdentifier: CallSession] = [:]
    /// Where orders for these calls come in.
    private(set) lazy var desk = LiveDesk(redis, postgres) { [unowned self] call, order in
        session(of: call)?.follow(order)
    }
    private let redis: RedisClient
    private let postgres: PostgresPool

    init(
        _ bench: Workbench, _ settings: HouseSettings, _ engines: LocalEngines, _ minds: LocalMinds,
        _ recorder: EventRecorder, _ secrets: EndpointSecrets, _ sealing: Sealing?,
        _ series: CallSeries, _ log: Log, traces: TraceShelf?, recordings: CallRecordings, embeddings: EmbeddingFinder
    ) {
        (loop, self.log, self.sealing) = (bench.loop, log, sealing)
        (redis, postgres) = (bench.redis, bench.postgres)
        tickets = RedisCallTickets(bench.redis)
        providers = CallProviders(settings.providers, engines, minds, on: bench.loop, bench.http)
        tools = ToolPost(settings.webhooks, on: bench.loop)
        context = ContextReader(bench.postgres)
        commands = Self.commands(settings.carrier, bench)
        let firstWords = FirstWords(context) { [loop = bench.loop] in
            try await embeddings.found(on: loop).embedder.embed([$0]).first
        }
        surroundings = CallSession.Surroundings(
            loop: bench.loop, providers: providers, detector: engines.detectors(), recorder: recorder,
            tools: tools, toolSecrets: ToolSecrets(bench.postgres, secrets), context: context,
            firstWords: firstWords, commands: nil,
            series: series, log: log, traces: traces, recordings: recordings)
    }

    /// Those that we have an account with.
    private static func commands(_ settings: CarrierSettings, _ bench: Workbench) -> [Carrier: any CarrierCommands] {
        var commands: [Carrier: any CarrierCommands] = [:]
        if settings.telnyxKey != nil { commands[.telnyx] = TelnyxCommands(settings, over: CarrierLine(bench.http)) }
        if settings.twilioAccount != nil { commands[.twilio] = TwilioCommands(settings, over: CarrierLine(bench.http)) }
        return commands
    }

    /// When no call is left.
    func shutdown() {
        providers.shutdown()
        tools.shutdown()
    }

    /// How far a call got that another process has let go; nil for one that begins here.
    func past(of ticket: CallTicket) async throws -> CallSoFar? {
        guard ticket.resumes else { return nil }
        let log = try await events.log(through: postgres)
        return try await PastDesk(redis, postgres, sealing).past(of: ticket.call, of: ticket.organization, in: log).past
    }

    /// Carries one call over its media socket, until it is over.
    func carry(
        _ ticket: CallTicket, taking past: CallSoFar?, over socket: WebSocket, of peer: MediaPeer,
        in place: CallFloor.Place
    ) async throws {
        loop.checkIsolated()
        defer { withExtendedLifetime(place) {} }
        var surroundings = self.surroundings
        if case .carrier(let carrier) = peer { surroundings.commands = commands[carrier] }
        do throws(CallIsClosed) { surroundings.key = try key(ticket) } catch {
            // Who talks now could never be forgotten: better they are not heard.
            log.error("call_key_does_not_open", .error(error))
            return
        }
        let line = MediaLine(socket, of: peer)
        let session = CallSession(ticket, surroundings, line, taking: past)
        let media: any MediaSide
        switch peer {
        case .carrier(let carrier): media = CarrierMedia(session, line, of: carrier, socket, log)
        case .browser: media = BrowserMedia(session, line, socket, log)
        }
        sessions[ObjectIdentifier(session)] = session
        desk.began(ticket.call)
        defer {
            sessions[ObjectIdentifier(session)] = nil
            if self.session(of: ticket.call) == nil { desk.ended(ticket.call) }
        }
        socket.onMessage { kind, message in media.took(kind, message) }
        let patience = loop.after(CarrierMedia.startPatience) { media.startIsDue() }
        defer { loop.disarm(patience) }
        // Nobody's connection ends in good order: whatever ends it, the call learns that it has.
        do { while try await socket.receive() != nil {} } catch { log.debug("media_socket_lost") }
        media.ended()
        // Without a word of the carrier it was an accident between us, and both may still be there.
        if (past?.count ?? 0) < Self.cutsMax { await handOver([session], after: Self.cutPause) }
        await session.untilOver()
    }

    private func key(_ ticket: CallTicket) throws(CallIsClosed) -> SubjectKey? {
        guard let wrapped = ticket.key else { return nil }
        guard let key = sealing?.callKey(wrapped, ticket.call, ticket.organization) else { throw CallIsClosed() }
        return key
    }

    private func session(of call: CallID) -> CallSession? { sessions.values.first { $0.ticket.call == call } }

    /// Takes orders for its calls until the shift is over, which is after the last of them.
    func takeOrders(_ shift: Shift) async {
        shift.ready()
        await withDiscardingTaskGroup { group in
            group.addTask(executorPreference: loop) { [desk] in await desk.run() }
            group.addTask(executorPreference: loop) { [context] in await context.keepQuestions() }
            await shift.untilOver()
            group.cancelAll()
        }
    }

    /// Lets others go on with what is left. They are asked first: a call that nobody would take over is better ended.
    func handOverCalls() async {
        loop.checkIsolated()
        await handOver(Array(sessions.values), after: .zero)
    }

    private func handOver(_ all: [CallSession], after pause: Duration) async {
        let legs = all.compactMap { session in session.legToHandOver.map { (session.ticket, $0) } }
        guard !legs.isEmpty else { return }
        do {
            let jobs = legs.map { ticket, leg in
                var job = NewJob(.handOver(ticket.call, leg: leg), of: ticket.organization.uuid)
                job.when = .after(pause)
                return job
            }
            try await postgres.withTransaction { _ = try await JobBoard.enqueue(jobs, in: $0) }
        } catch {
            return log.error("calls_not_handed_over", .error(error))
        }
        let asked = Set(legs.map(\.0.call))
        // It may have ended meanwhile, or begun something that nobody else could see to its end.
        let going = all.filter { $0.legToHandOver != nil && asked.contains($0.ticket.call) }
        for session in going { session.letGo() }
        log.info("calls_handed_over", .count("calls", going.count))
        await desk.letGo(going.map(\.ticket.call))
        await ErrandBell(redis).ring()
    }

    /// Ends what is left, so that the log says how.
    func endCalls() {
        loop.checkIsolated()
        for session in sessions.values { session.took(.control(.hangUp)) }
    }
}
