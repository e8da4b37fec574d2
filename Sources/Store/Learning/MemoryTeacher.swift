import Crypto
package import Domain
package import Postgres
import Wire

/// Finds in a call's stream what its agent was asked to remember, whose memory it is, and which words taught it.
package struct MemoryTeacher: Sendable {
    /// So far back the words of a turn may stand.
    package static let wordsBefore: Int32 = 200

    private let log: EventLog
    private let pool: PostgresPool
    private let sealing: Sealing?

    package init(_ log: EventLog, _ pool: PostgresPool, _ sealing: Sealing?) {
        (self.log, self.pool, self.sealing) = (log, pool, sealing)
    }

    /// Nil if there is nothing to remember: it was asked without a text, or its words are sealed for ever.
    package func lesson(
        _ asked: MemoryErrand.Asked, of organization: OrganizationID
    ) async throws -> MemoryLesson? {
        var events = try await log.events(
            of: asked.call.uuid, from: max(1, asked.version - Self.wordsBefore), upTo: asked.version,
            through: .pool(pool)
        ).filter { $0.organization == organization.uuid }
        if let sealing { events = try await sealing.opened(events, through: .pool(pool)) }
        guard let last = events.last, last.version == asked.version,
            case .fact(.call(.toolCalled(let use))) = try last.decoded()
        else { return nil }
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

    /// Whom the call was with, as a live call finds them. Nil if they are nobody's customer, or not yet.
    package func customer(of call: CallID, _ organization: OrganizationID) async throws -> CustomerID? {
        guard
            let state = try await CallHistory(log, sealing).state(of: call, of: organization, through: .pool(pool))
        else { return nil }
        return try await ContextReader(pool).find(OtherSide(of: state), of: organization)
    }
}
