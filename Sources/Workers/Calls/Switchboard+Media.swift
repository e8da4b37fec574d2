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
        if state.end != nil { return .done }
        // Whoever carries it waits for the sound to come back, and decides.
        if try await live.isCarried(call) { return run.age < Self.carriedMax ? .snoozed(Self.carriedPause) : .done }
        let types = try await log().events(of: call.uuid, through: .pool(pool)).map(\.type)
        func giveUp(_ reason: EndedReason) async throws -> JobEnd {
            try await hangUp(call, leg: leg, key: "give-up")
            try await end(call, organization, reason, at: now, run)
            return .done
        }
        if types.contains(EventType.mediaStarted.rawValue) { return try await giveUp(.processLost) }
        let lost = types.count { $0 == EventType.mediaLost.rawValue }
        // Where there was no place for the call, that is why it had no sound.
        func unheard() async throws -> EndedReason {
            try await tickets.wasTurnedAway(call.description) ? .concurrencyLimitReached : .mediaLost
        }
        guard lost < Self.streamsLostMax, case .agent(let agent) = try await agent(of: state, organization) else {
            return try await giveUp(try await unheard())
        }
        let direction = state.origin?.value.direction ?? .inbound
        let variables = try await request(call)?.variables?.revealed
        let ticket = CallTicket(
            call: call, organization: organization, direction: direction, leg: leg,
            agent: agent.filled(with: variables))
        let order = CarrierOrder(.startStreaming(try await stream(ticket)), of: call, leg: leg, key: "stream-\(lost)")
        switch try await send(order) {
        case .taken: return .done
        case .refused: return try await giveUp(.mediaLost)
        }
    }
}
