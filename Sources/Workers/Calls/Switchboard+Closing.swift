import Domain
import Jobs
import Providers
import Store

extension Switchboard {
    /// Ends a call whose leg is there. In the log first: the carrier tells of the end at once, and does not know why.
    func giveUp(
        _ call: CallID, leg: String, at carrier: Carrier, _ organization: OrganizationID, _ reason: EndedReason,
        now: Instant
    ) async throws -> JobEnd {
        let ended = CallEnded(reason: reason, faultOwner: reason.faultOwner, isBillable: false)
        try await append(.callEnded(ended), to: call, organization, at: now)
        try await hangUp(call, leg: leg, at: carrier, key: "give-up")
        return .done
    }

    /// A call that is over in the log. If it was we who gave it up, the carrier may not know yet.
    func settle(_ end: CallEnded, _ call: CallID, leg: String, at carrier: Carrier) async throws -> JobEnd {
        if end.hangupCause == nil { try await hangUp(call, leg: leg, at: carrier, key: "give-up") }
        return .done
    }

    /// The carrier said that a call is over which somebody carried. They say why it ended; where they do not come to it, because their
    /// process is gone, the carrier's word is the end.
    func close(
        _ call: CallID, _ ended: CallEnded, at instant: Instant, _ organization: OrganizationID, _ run: JobRun
    ) async throws -> JobEnd {
        guard let state = try await state(of: call, organization) else { return .discarded("there is no such call") }
        if state.end != nil { return .done }
        if try await live.isCarried(call), run.age < Self.carriedMax { return .snoozed(Self.carriedPause) }
        try await append(.callEnded(ended), to: call, organization, at: instant) { session in
            try await run.complete(in: session)
        }
        return .done
    }
}
