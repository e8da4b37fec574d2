import Crypto
import Domain
import Jobs
import Providers
import Store
import Wire

extension Switchboard {
    /// Lets the agent of the number answer. Each attempt has a ticket of its own, since one that nobody found might be lost; the
    /// command is the same, so that a carrier answers once.
    func answer(
        _ call: CallID, _ leg: String, _ organization: OrganizationID, _ run: JobRun
    ) async throws -> JobEnd {
        let now = Instant(Timestamp.now)
        guard let state = try await state(of: call, organization) else { return .discarded("there is no such call") }
        let carrier = Self.carrier(of: state)
        if let end = state.end?.value { return try await settle(end, call, leg: leg, at: carrier) }
        // Who was answered by an attempt of which we had not heard needs nothing more.
        if state.answer != nil { return .done }
        func refuse(_ reason: EndedReason) async throws -> JobEnd {
            try await giveUp(call, leg: leg, at: carrier, organization, reason, now: now)
        }
        if run.age > Self.ringingMax { return try await refuse(.startTimedOut) }
        let agent: AgentConfiguration
        switch try await self.agent(of: state, organization) {
        case .agent(let found): agent = found
        case .none(let reason): return try await refuse(reason)
        }
        let ticket = CallTicket(
            call: call, organization: organization, direction: .inbound, leg: leg, agent: agent,
            other: OtherSide(of: state))
        let order = CarrierOrder(
            .answer(try await stream(ticket, from: carrier)), of: call, leg: leg, tag: .call(call, .inbound),
            key: "answer")
        switch try await send(order, to: carrier) {
        case .taken: return .done
        case .refused(let reason): return try await refuse(reason)
        }
    }

    /// Nobody here has the number: there is no call of ours that could say so. Twilio was told when it asked.
    func refuse(_ leg: String, _ run: JobRun) async throws -> JobEnd {
        if run.age > Self.ringingMax { return .done }
        try await hangUp(DerivedID.make("refused", leg), leg: leg, at: .telnyx, key: "refuse")
        return .done
    }
}
