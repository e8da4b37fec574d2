import Crypto
import Domain
import Postgres
import Wire

/// The stream of a call that is over, as those read it who learn from it.
struct CallPast: Sendable {
    let call: CallID
    let organization: OrganizationID
    let facts: [CallFact]
    /// It was erased; or words in it are sealed, and whoever could open them was erased, or we have no key. Nobody learns from it.
    let isClosed: Bool

    /// `events` as the log has them, `opened` the same with what could be opened.
    init?(_ events: [RecordedEvent], opened: [RecordedEvent]) throws(CodecError) {
        guard let first = events.first else { return nil }
        call = CallID(first.stream)
        organization = OrganizationID(first.organization)
        isClosed =
            zip(events, opened).contains { $0.keyID != nil && $0.payload == $1.payload }
            || events.contains { $0.type == EventType.callErased.rawValue }
        var facts: [CallFact] = []
        facts.reserveCapacity(opened.count)
        for event in opened {
            // Learning is done from what calls say; what a later release says more is passed over.
            guard case .fact(.call(let fact)) = try event.decoded() else { continue }
            facts.append(
                CallFact(version: event.version, id: EventID(event.id), at: Instant(event.occurredAt), fact))
        }
        self.facts = facts
    }

    var finished: FinishedCall? { FinishedCall(facts, of: call) }

    /// The first sign of it.
    var began: Timestamp? { facts.map(\.at).min().map(Timestamp.init) }

    func look(_ id: EventID) -> CallAnalyzed? {
        guard case .callAnalyzed(let look)? = facts.first(where: { $0.id == id })?.event else { return nil }
        return look
    }

    /// Of the organization's choices the last one that this call was told.
    var choice: Int? {
        facts.compactMap { if case .callLookChosen(let chosen)? = $0.event { chosen.choice } else { nil } }.max()
    }

    /// Its organization's, up to a version; nil if there is no such stream.
    static func read(
        _ call: CallID, of organization: OrganizationID, upTo version: Int32 = .max, _ log: EventLog,
        _ sealing: Sealing?, through source: LogSource
    ) async throws -> CallPast? {
        var (events, next): ([RecordedEvent], Int32) = ([], 1)
        while next <= version {
            let page = try await log.events(of: call.uuid, from: next, upTo: version, through: source)
            guard let last = page.last, last.organization == organization.uuid else { break }
            events += page
            if page.count < EventLog.pageMax || last.version == .max { break }
            next = last.version + 1
        }
        return try CallPast(events, opened: try await sealing?.opened(events, through: source) ?? events)
    }
}
