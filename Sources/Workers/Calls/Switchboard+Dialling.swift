import Crypto
import Domain
import Jobs
import Postgres
import Providers
import Store
import Wire

extension Switchboard {
    /// Dials what somebody asked for. That the carrier took it is told by the carrier, as `call.dialed`.
    func dial(_ call: CallID, _ organization: OrganizationID, _ run: JobRun) async throws -> JobEnd {
        let now = Instant(Timestamp.now)
        guard let state = try await state(of: call, organization), let asked = try await request(call) else {
            return .discarded("there is no such call")
        }
        if state.end != nil || state.leg != nil { return .done }
        func giveUp(_ reason: EndedReason) async throws -> JobEnd {
            try await end(call, organization, reason, at: now, run)
            return .done
        }
        if run.age > Self.dialingMax { return try await giveUp(.startTimedOut) }
        let agent: AgentConfiguration
        switch try await self.agent(of: state, organization) {
        case .agent(let found): agent = found.filled(with: asked.variables?.revealed)
        case .none(let reason): return try await giveUp(reason)
        }
        guard let from = asked.from else { return try await giveUp(.destinationNotAllowed) }
        let carrier = try await self.carrier(of: from, organization)
        let ticket = CallTicket(
            call: call, organization: organization, direction: .outbound, leg: nil, agent: agent,
            other: OtherSide(of: state))
        let dial = CarrierCommand.Dial(
            from: from, to: asked.to, detectsMachines: leavesMessages(agent),
            stream: try await stream(ticket, from: carrier))
        let order = CarrierOrder(.dial(dial), of: call, leg: nil, tag: .call(call, .outbound), key: "dial")
        let receipt: CarrierReceipt
        switch try await send(order, to: carrier) {
        case .taken(let told): receipt = told
        case .refused(let reason): return try await giveUp(reason)
        }
        // Whoever ended it meanwhile knew no leg that could be hung up.
        if let leg = receipt.leg, try await self.state(of: call, organization)?.end != nil {
            try await hangUp(call, leg: leg.control, at: carrier, key: "stop")
        }
        return .done
    }

    /// To look for a machine costs money, and time of people who wonder about the silence: only for those who talk to machines.
    private func leavesMessages(_ agent: AgentConfiguration) -> Bool {
        let script = (try? LocalScript.find(in: agent.instructions)) ?? nil
        return (agent.voicemail ?? script?.voicemail) != nil
    }

    /// Who connects calls from a number of the organization's.
    private func carrier(of number: Private<String>, _ organization: OrganizationID) async throws -> Carrier {
        let row = try await pool.query(
            """
            SELECT carrier FROM phone_numbers
            WHERE number = \(number.revealed) AND organization_id = \(organization.uuid)
            """
        ).first
        let word = try row?.decode(String.self)
        return word.flatMap { Carrier(rawValue: $0) } ?? .telnyx
    }

    /// What was asked for, as it stands at the beginning of the call's stream.
    func request(_ call: CallID) async throws -> CallRequested? {
        var first = try await log().events(of: call.uuid, limit: 1, through: .pool(pool))
        if let sealing { first = try await sealing.opened(first, through: .pool(pool)) }
        guard case .fact(.call(.callRequested(let asked)))? = try first.first?.decoded() else { return nil }
        return asked
    }

    /// Ends a call that no process carries: before anybody answered, or because the process is gone.
    func hangUp(_ call: CallID, _ organization: OrganizationID, _ run: JobRun) async throws -> JobEnd {
        let now = Instant(Timestamp.now)
        guard let state = try await state(of: call, organization) else { return .discarded("there is no such call") }
        // Written first: whoever is about to dial or to answer looks here.
        for fact in (try? Call.decide(.stop, state, at: now)) ?? [] {
            try await append(fact, to: call, organization, at: now)
        }
        guard let leg = state.leg?.value else { return run.age < Self.legMax ? .snoozed(Self.legPause) : .done }
        try await hangUp(call, leg: leg.control, at: Self.carrier(of: state), key: "stop")
        return .done
    }
}
