import Crypto
import Domain
import Jobs
import Providers
import Store
import Wire

extension Switchboard {
    /// The carrier has no stream to us. A call whose stream was never open gets another ticket: the first one was lost, or the process
    /// that it led to was full. One that somebody had carried is over when nobody does any more.
    func openMedia(
        _ call: CallID, _ leg: String, _ organization: OrganizationID, _ run: JobRun
    ) async throws -> JobEnd {
        let now = Instant(Timestamp.now)
        guard let state = try await state(of: call, organization) else { return .discarded("there is no such call") }
        let carrier = Self.carrier(of: state)
        if let end = state.end?.value { return try await settle(end, call, leg: leg, at: carrier) }
        // Whoever carries it waits for the sound to come back, and decides.
        if try await live.isCarried(call) { return run.age < Self.carriedMax ? .snoozed(Self.carriedPause) : .done }
        let types = try await log().events(of: call.uuid, through: .pool(pool)).map(\.type)
        func giveUp(_ reason: EndedReason) async throws -> JobEnd {
            try await self.giveUp(call, leg: leg, at: carrier, organization, reason, now: now)
        }
        // Nobody could take it over at once, and it is tried again.
        let isLetGo = try await past(of: call, organization) != nil
        if types.contains(EventType.mediaStarted.rawValue), !isLetGo { return try await giveUp(.processLost) }
        let resumed = types.lastIndex { $0 == EventType.mediaResumed.rawValue } ?? 0
        let lost = types.count { $0 == EventType.mediaLost.rawValue }
        let inVain = types[resumed...].count { $0 == EventType.mediaLost.rawValue }
        // Where there was no place for the call, that is why it had no sound.
        func unheard() async throws -> EndedReason {
            try await tickets.wasTurnedAway(call.description) ? .concurrencyLimitReached : .mediaLost
        }
        guard inVain < Self.streamsLostMax, case .agent(let agent) = try await agent(of: state, organization) else {
            return try await giveUp(try await unheard())
        }
        let ticket = try await self.ticket(call, leg, organization, state, agent, resumes: isLetGo)
        switch try await open(ticket, of: state, key: "stream-\(lost)") {
        case .taken: return .done
        case .refused: return try await giveUp(.mediaLost)
        }
    }

    /// A process that is about to end lets a call go, and the carrier is told to open its stream again, wherever there is somebody.
    func handOver(
        _ call: CallID, _ leg: String, _ organization: OrganizationID, _ run: JobRun
    ) async throws -> JobEnd {
        let now = Instant(Timestamp.now)
        guard let state = try await state(of: call, organization) else { return .discarded("there is no such call") }
        let carrier = Self.carrier(of: state)
        if let end = state.end?.value { return try await settle(end, call, leg: leg, at: carrier) }
        func giveUp(_ reason: EndedReason) async throws -> JobEnd {
            try await self.giveUp(call, leg: leg, at: carrier, organization, reason, now: now)
        }
        // Until its last words are in the log, and its lease is given up.
        let isCarried = try await live.isCarried(call)
        guard let past = try await past(of: call, organization), !isCarried else {
            if run.age < Self.carriedMax { return .snoozed(Self.handOverPause) }
            // Somebody has it, or nobody ever will.
            return isCarried ? .done : try await giveUp(.processLost)
        }
        guard case .agent(let agent) = try await agent(of: state, organization) else {
            return try await giveUp(.processLost)
        }
        let ticket = try await self.ticket(call, leg, organization, state, agent, resumes: true)
        switch try await open(ticket, of: state, key: "take-over-\(past.count)") {
        case .taken: return .done
        case .refused: return try await giveUp(.mediaLost)
        }
    }

    private func past(of call: CallID, _ organization: OrganizationID) async throws -> CallSoFar? {
        try await pasts.past(of: call, of: organization, in: log()).past
    }

    private func ticket(
        _ call: CallID, _ leg: String, _ organization: OrganizationID, _ state: CallState,
        _ agent: AgentConfiguration, resumes: Bool
    ) async throws -> CallTicket {
        let variables = try await request(call)?.variables?.revealed
        return CallTicket(
            call: call, organization: organization, direction: state.origin?.value.direction ?? .inbound, leg: leg,
            agent: agent.filled(with: variables), other: OtherSide(of: state), resumes: resumes)
    }

    /// Has the carrier open a stream of a call that it connects already.
    private func open(_ ticket: CallTicket, of state: CallState, key: String) async throws -> CarrierReply {
        let carrier = Self.carrier(of: state)
        let order = CarrierOrder(
            .startStreaming(try await stream(ticket, from: carrier)), of: ticket.call, leg: ticket.leg,
            tag: .call(ticket.call, ticket.direction), key: key)
        return try await send(order, to: carrier)
    }
}
