import Domain
import Jobs
import Store

extension Switchboard {
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
