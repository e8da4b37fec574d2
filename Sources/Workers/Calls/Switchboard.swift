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
    /// Whose call is handed over hears nothing meanwhile.
    static let handOverPause = Duration.milliseconds(100)

    let pool: PostgresPool
    let tickets: any CallTickets
    let live: LiveCalls
    let pasts: PastDesk
    let carriers: [Carrier: any CarrierCommands]
    /// Where the carrier opens its streams, without a slash at its end.
    let mediaURL: String
    let sealing: Sealing?
    private let handle = LogHandle()
    private let bell: LogBell

    init(at bench: Workbench, _ settings: CarrierSettings, _ sealing: Sealing?) {
        self.sealing = sealing
        (pool, tickets, live) = (bench.postgres, RedisCallTickets(bench.redis), LiveCalls(bench.redis))
        bell = LogBell(bench.postgres, bench.redis)
        pasts = PastDesk(bench.redis, bench.postgres, sealing)
        mediaURL = settings.mediaURL.text
        // Each over a line of its own: one that fails leaves the other alone.
        carriers = [
            .telnyx: TelnyxCommands(settings, over: CarrierLine(bench.http)),
            .twilio: TwilioCommands(settings, over: CarrierLine(bench.http)),
        ]
    }

    // MARK: - What is known

    func log() async throws -> EventLog { try await handle.log(through: pool) }

    func state(of call: CallID, _ organization: OrganizationID) async throws -> CallState? {
        try await CallHistory(log(), sealing).state(of: call, of: organization, through: .pool(pool))
    }

    /// The agent that a call runs on, or why it can't.
    func agent(of call: CallState, _ organization: OrganizationID) async throws -> CallAgents.Finding {
        try await CallAgents(log(), through: pool).find(for: call, of: organization)
    }

    /// Who connects a call, as far as anybody has told.
    static func carrier(of state: CallState) -> Carrier {
        state.leg.flatMap { Carrier(rawValue: $0.value.carrier) } ?? .telnyx
    }

    // MARK: - What is done

    /// A stream that only this call may open. Its address holds the capability.
    func stream(_ ticket: CallTicket, from carrier: Carrier) async throws -> CarrierCommand.MediaStream {
        var ticket = ticket
        ticket.key = try await sealing?.callKey(ticket.call, ticket.organization, through: pool).wrapped
        return CarrierCommand.MediaStream(of: carrier, at: mediaURL, token: try await tickets.issue(ticket))
    }

    func hangUp(_ call: CallID, leg: String, at carrier: Carrier, key: String) async throws {
        // Where it never will, what the log says of the call stands without it.
        _ = try await send(CarrierOrder(.hangup, of: call, leg: leg, key: key), to: carrier)
    }

    /// What may pass is thrown, to be tried again.
    func send(_ order: CarrierOrder, to carrier: Carrier) async throws -> CarrierReply {
        guard let commands = carriers[carrier] else { return .refused(.internalError) }
        do throws(CarrierError) {
            return .taken(try await commands.send(order))
        } catch {
            guard error.isFinal || order.isDangerousTwice(at: carrier, after: error) else { throw error }
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
            .call(fact), id: CallEndID.of(fact, in: call.uuid), at: instant,
            meta: EventMeta(actor: .system("switchboard")))
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
