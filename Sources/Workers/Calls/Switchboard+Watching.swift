import Domain
import Jobs
import Store
import Wire

extension Switchboard {
    /// A lease's time: who carries a call has renewed it by then.
    static let watchPause = Duration.seconds(15)

    /// Carriers tell of the end of a call whose process has died, and of one that nobody answered. Of a browser's call nobody would,
    /// so it is looked after until the log has its end.
    func watch(_ call: CallID, _ organization: OrganizationID, _ run: JobRun) async throws -> JobEnd {
        let now = Instant(Timestamp.now)
        guard let state = try await state(of: call, organization) else { return .discarded("there is no such call") }
        if state.end != nil { return .done }
        let isCarried: Bool
        // Without Redis nobody can say that nobody carries it.
        do { isCarried = try await live.isCarried(call) } catch { return .snoozed(Self.watchPause) }
        // Answered a moment ago, its lease may be on its way.
        let isYoung = state.answeredAt.map { now - $0 < Self.watchPause } ?? (run.age < Self.openingMax)
        if isCarried || isYoung { return .snoozed(Self.watchPause) }
        for fact in (try? Call.decide(.giveUp, state, at: now)) ?? [] {
            try await append(fact, to: call, organization, at: now)
        }
        return .done
    }

    /// So long the browser may take to open its socket.
    static let openingMax = RedisCallTickets.lifetime + watchPause
}
