import Crypto
package import Domain
package import Postgres
import Wire

/// Finds in a call's stream what is to be remembered of it, whose memory it is, and which events taught it: what its agent was asked to
/// keep, and how the caller felt.
package struct MemoryTeacher: Sendable {
    /// So far back the words of a turn may stand.
    package static let wordsBefore: Int32 = 200

    private let log: EventLog
    private let pool: PostgresPool
    private let sealing: Sealing?

    package init(_ log: EventLog, _ pool: PostgresPool, _ sealing: Sealing?) {
        (self.log, self.pool, self.sealing) = (log, pool, sealing)
    }

    /// Nil if there is nothing to remember: it was asked without a text, nobody scored, or its words are sealed for ever.
    package func lesson(
        _ asked: MemoryErrand.Asked, of organization: OrganizationID
    ) async throws -> MemoryLesson? {
        var events = try await log.events(
            of: asked.call.uuid, from: max(1, asked.version - Self.wordsBefore), upTo: asked.version,
            through: .pool(pool)
        ).filter { $0.organization == organization.uuid }
        if let sealing { events = try await sealing.opened(events, through: .pool(pool)) }
        guard let last = events.last, last.version == asked.version else { return nil }
        switch try last.decoded() {
        case .fact(.call(.toolCalled(let use))): return try Self.lesson(use, last, among: events, of: asked)
        case .fact(.call(.callAnalyzed)): return try await mood(asked, of: organization)
        default: return nil
        }
    }

    private static func lesson(
        _ use: ToolCalled, _ last: RecordedEvent, among events: [RecordedEvent], of asked: MemoryErrand.Asked
    ) throws -> MemoryLesson? {
        var heard: [EventID] = []
        for event in events where event.type == EventType.callerSaid.rawValue {
            guard case .fact(.call(.callerSaid(let said))) = try event.decoded(), said.turn == use.turn else {
                continue
            }
            heard.append(EventID(event.id))
        }
        var lesson = MemoryLesson(asked: use, at: asked.version, of: asked.call, EventID(last.id), heard: heard)
        lesson?.saidAt = last.occurredAt
        return lesson
    }

    /// The last score teaches it: who looks at the call once more finds it taught, unless a score came in since.
    private func mood(_ asked: MemoryErrand.Asked, of organization: OrganizationID) async throws -> MemoryLesson? {
        let past = try await CallPast.read(
            asked.call, of: organization, upTo: asked.version, log, sealing, through: .pool(pool))
        guard let past, !past.isClosed, let mood = past.finished.flatMap({ CallMood($0) }) else { return nil }
        let scored = past.facts.filter { mood.events.contains($0.id) }
        guard let last = scored.max(by: { $0.version < $1.version }) else { return nil }
        var lesson = MemoryLesson(
            mood.content, .sentiment, metadata: mood.metadata,
            provenance: Provenance(call: asked.call, version: Int(last.version), events: mood.events), origin: last.id)
        lesson.saidAt = Timestamp(last.at)
        return lesson
    }

    /// Whom the call was with, as a live call finds them. Nil if they are nobody's customer, or not yet.
    package func customer(of call: CallID, _ organization: OrganizationID) async throws -> CustomerID? {
        guard
            let state = try await CallHistory(log, sealing).state(of: call, of: organization, through: .pool(pool))
        else { return nil }
        return try await ContextReader(pool).find(OtherSide(of: state), of: organization)
    }
}
