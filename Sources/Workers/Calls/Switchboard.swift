import Crypto
import Domain
import HTTP
import Jobs
import Loop
import Postgres
import Process
import Providers
import Store
import Wire

/// What answering, placing and ending calls has in common: who knows of them, who carries their sound, and who connects them.
///
/// On its bench's loop alone, as all that it works with.
struct Switchboard: Sendable {
    /// A carrier gives up a call that nobody answers; before that we stop trying.
    static let ringingMax = Duration.seconds(45)
    /// A carrier knows a command again for a minute. Whoever dialled later might dial twice.
    static let dialingMax = Duration.seconds(15)
    /// So long the name of a leg that was just dialled may be on its way.
    static let legMax = Duration.seconds(10)
    static let legPause = Duration.milliseconds(250)
    /// Streams that could not be opened, until the call is given up: nobody shall listen to nothing for longer.
    static let streamsLostMax = 4
    /// Longer than a lease, and than a call waits for its sound: who carries it after that has it.
    static let carriedMax = Duration.seconds(45)
    static let carriedPause = Duration.seconds(1)

    let pool: PostgresPool
    let tickets: any CallTickets
    let live: LiveCalls
    let carrier: any CarrierCommands
    /// Where the carrier opens its streams, without a slash at its end.
    let mediaURL: String
    private let handle = LogHandle()
    private let bell: LogBell

    init(at bench: Workbench, _ settings: CarrierSettings) {
        let began = Moment.now
        let line = CarrierLine(
            bench.http,
            CarrierLine.Surroundings(
                now: { Moment.now - began }, sleep: { [loop = bench.loop] in try await loop.sleep(for: $0) }))
        (pool, tickets, live) = (bench.postgres, RedisCallTickets(bench.redis), LiveCalls(bench.redis))
        bell = LogBell(bench.postgres, bench.redis)
        (carrier, mediaURL) = (TelnyxCommands(settings, over: line), settings.mediaURL.text)
    }

    // MARK: - What is known

    func log() async throws -> EventLog { try await handle.log(through: pool) }

    func state(of call: CallID, _ organization: OrganizationID) async throws -> CallState? {
        try await CallHistory(log()).state(of: call, of: organization, through: .pool(pool))
    }

    /// The agent that a call runs on, or why it can't.
    func agent(of call: CallState, _ organization: OrganizationID) async throws -> AgentFinding {
        guard try await BillingStanding.mayCall(organization, through: pool) else { return .none(.budgetExhausted) }
        guard let origin = call.origin?.value, let agent = origin.agent, let number = origin.agentVersion else {
            return .none(.agentUnusable)
        }
        let agents = AgentReader(TenantDatabase(organization, in: pool, log: try await log()))
        guard let row = try await agents.get(agent), row.status == .active,
            let version = try await agents.version(Int32(clamping: number), of: agent)
        else { return .none(.agentUnusable) }
        return .agent(AgentConfiguration(version.settings))
    }

    // MARK: - What is done

    /// A stream that only this call may open. Its address holds the capability.
    func stream(_ ticket: CallTicket) async throws -> CarrierCommand.MediaStream {
        let token = try await tickets.issue(ticket)
        return CarrierCommand.MediaStream(url: Private("\(mediaURL)/media/\(carrier.carrier.rawValue)/\(token)"))
    }

    func hangUp(_ call: CallID, leg: String, key: String) async throws {
        // Where it never will, what the log says of the call stands without it.
        _ = try await send(CarrierOrder(.hangup, of: call, leg: leg, key: key))
    }

    /// What may pass is thrown, to be tried again.
    func send(_ order: CarrierOrder) async throws -> CarrierReply {
        do throws(CarrierError) {
            return .taken(try await carrier.send(order))
        } catch {
            guard error.isFinal else { throw error }
            return .refused(EndedReason(refusal: error))
        }
    }

    /// The end of the call and of the job are there together.
    func end(
        _ call: CallID, _ organization: OrganizationID, _ reason: EndedReason, at instant: Instant, _ run: JobRun
    ) async throws {
        let ended = CallEnded(reason: reason, faultOwner: reason.faultOwner, isBillable: false)
        try await append(.callEnded(ended), to: call, organization, at: instant) { session in
            try await run.complete(in: session)
        }
    }

    func append(
        _ fact: CallEvent, to call: CallID, _ organization: OrganizationID, at instant: Instant,
        after body: (PostgresSession) async throws -> Void = { _ in }
    ) async throws {
        let log = try await log()
        let event = try NewEvent(
            .call(fact), id: EventID(UUID.v7()), at: instant, meta: EventMeta(actor: .system("switchboard")))
        let append = StreamAppend(to: call.uuid, kind: .call, of: organization.uuid, at: .next, [event])
        try await pool.withTransaction(retrying: .never) { session in
            try await body(session)
            guard try await log.append(append, in: session).receipt != nil else {
                throw PostgresError(.unexpectedAnswer)
            }
        }
        bell.ring()
    }
}

/// What a carrier said to an order.
enum CarrierReply {
    case taken(CarrierReceipt)
    /// For good; and what that means for the call.
    case refused(EndedReason)
}

/// The agent of a call, or why it has none.
enum AgentFinding {
    case agent(AgentConfiguration)
    case none(EndedReason)
}
