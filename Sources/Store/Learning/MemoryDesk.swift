import Crypto
package import Domain
import Postgres
import Wire

/// Remembers and forgets: for people who do so by hand, and for what calls have taught.
package struct MemoryDesk: Sendable {
    package static let contentLength = 1...4_000
    /// Of metadata as JSON.
    package static let metadataBytesMax = 2_048

    private let database: TenantDatabase
    private let sealing: Sealing?
    private let meta: EventMeta?

    package init(_ database: TenantDatabase, _ sealing: Sealing?, _ meta: EventMeta?) {
        self.database = database
        self.sealing = sealing
        self.meta = meta
    }

    /// With the version of the stream of memories. Nil if there is no such customer.
    package func remember(
        _ content: Private<String>, _ kind: MemoryKind, relevance: Fraction?, metadata: Private<Freeform>? = nil,
        of customer: CustomerID
    ) async throws -> (row: MemoryRow, version: Int32)? {
        let lesson = MemoryLesson(content, kind, relevance: relevance, metadata: metadata)
        return switch try await remember(lesson, of: customer) {
        case .remembered(let row, let version): (row, version)
        case .known, nil: nil
        }
    }

    static func mayKeep(_ metadata: Freeform) -> Bool { metadata.json.bytes.count <= metadataBytesMax }

    package enum Outcome: Sendable {
        case remembered(MemoryRow, version: Int32)
        /// The event that teaches it has taught it before.
        case known
    }

    /// What is told again is heard once more, and what contradicts takes the place of what it contradicts. Nil if there is no such
    /// customer.
    @discardableResult
    package func remember(_ lesson: MemoryLesson, of customer: CustomerID) async throws -> Outcome? {
        let now = Timestamp.now
        let stream = MemoryStream.id(of: customer.uuid)
        return try await database.transaction { transaction in
            // Who is forgotten meanwhile waits for us, and takes this along. And two who tell the same come one after the other.
            try await transaction.hold(customer)
            guard try await isThere(customer) else { return nil }
            if lesson.origin != nil, try await isTaught(lesson, stream, transaction) { return .known }
            let shelf = try await MemoryShelf.read(of: customer, database, sealing, in: transaction)
            let verdict = MemoryJudge.judge(
                lesson.content, lesson.kind, among: shelf.known, likeness: lesson.likeness)
            let newer = try await MemoryAge.newer(than: lesson, among: verdict.known, shelf, transaction)
            // Heard again since.
            if case .again(let memory) = verdict, newer.contains(memory) { return .known }
            let (facts, row) = Self.told(lesson, verdict, newer, shelf, at: now)
            var events: [NewEvent] = []
            for (fact, id) in facts { events.append(try await event(fact, id, customer, stream, now, transaction)) }
            let answer = try await transaction.append(events, to: stream, kind: .memory)
            return answer.receipt.map { .remembered(row, version: $0.versions.upperBound) }
        }
    }

    /// The first event of all that follows from a lesson.
    private static let firstEvent = "event 0"

    private func isTaught(
        _ lesson: MemoryLesson, _ stream: UUID, _ transaction: TenantTransaction
    ) async throws -> Bool {
        try await transaction.query(
            "SELECT FROM events WHERE stream_id = \(stream) AND event_id = \(lesson.id(Self.firstEvent))"
        ).count > 0
    }

    private static func told(
        _ lesson: MemoryLesson, _ verdict: MemoryJudge.Verdict, _ newer: Set<MemoryID>, _ shelf: MemoryShelf,
        at now: Timestamp
    ) -> (facts: [(MemoryEvent, EventID)], row: MemoryRow) {
        var facts: [MemoryEvent] = []
        let row: MemoryRow
        switch verdict {
        case .again(let memory):
            guard var known = shelf.rows.first(where: { $0.id == memory }) else { preconditionFailure("judged unseen") }
            facts.append(
                .memoryCorrected(
                    MemoryCorrected(
                        memory: memory, content: known.content, provenance: lesson.provenance,
                        metadata: lesson.metadata)))
            known.wasToldAgain(lesson.provenance, lesson.metadata, at: now)
            row = known
        case .new(let superseded):
            let memory = MemoryRemembered(
                memory: lesson.memory, kind: lesson.kind, content: lesson.content, relevance: lesson.relevance,
                provenance: lesson.provenance, metadata: lesson.metadata)
            func gone(_ memory: MemoryID) -> MemoryEvent {
                .memoryForgotten(MemoryForgotten(memory: memory, reason: .superseded, provenance: lesson.provenance))
            }
            facts = superseded.filter { !newer.contains($0) }.map(gone)
            facts.append(.memoryRemembered(memory))
            // It was so, and something else was said since: the log has both.
            if !newer.isEmpty { facts.append(gone(memory.memory)) }
            row = MemoryRow(memory, of: shelf.customer, at: now)
        }
        let numbered = facts.enumerated().map { ($0.element, EventID(lesson.id("event \($0.offset)"))) }
        return (numbered, row)
    }

    /// Answers whether the customer has such a memory. The log says so, which the rows may be behind.
    package func forget(_ memory: MemoryID, of customer: CustomerID) async throws -> Bool {
        let owners = [customer] + (try await merged(into: customer))
        for owner in owners {
            let stream = MemoryStream.id(of: owner.uuid)
            guard try await remembers(memory, stream) else { continue }
            let forgotten = MemoryForgotten(memory: memory, reason: .requested)
            let event = try NewEvent(
                .memory(.memoryForgotten(forgotten)), id: EventID(UUID.v7()), at: Instant(Timestamp.now), meta: meta)
            _ = try await database.transaction { try await $0.append([event], to: stream, kind: .memory) }
            return true
        }
        return false
    }

    private func isThere(_ customer: CustomerID) async throws -> Bool {
        guard let row = try await CustomerReader(database).current(customer) else { return false }
        if let other = row.mergedInto { throw CustomerRefusal.isMerged(into: other) }
        guard row.erasedAt == nil else { throw CustomerRefusal.isErased }
        return true
    }

    private func event(
        _ fact: MemoryEvent, _ id: EventID, _ customer: CustomerID, _ stream: UUID, _ now: Timestamp,
        _ transaction: TenantTransaction
    ) async throws -> NewEvent {
        let key: SubjectKey? =
            if let sealing { try await transaction.key(of: customer.uuid, through: sealing) } else { nil }
        return try NewEvent(.memory(fact), id: id, at: Instant(now), in: stream, sealedWith: key, meta: meta)
    }

    private func merged(into customer: CustomerID) async throws -> [CustomerID] {
        try await database.query(
            """
            SELECT customer_id FROM memory_owners_v1
            WHERE merged_into = \(customer.uuid) AND organization_id = \(database.organization.uuid)
            """
        ).map { CustomerID(try $0.decode(UUID.self)) }
    }

    private func remembers(_ memory: MemoryID, _ stream: UUID) async throws -> Bool {
        let streams = StreamDesk(database)
        var (isThere, version) = (false, Int32(0))
        while true {
            let events = try await streams.events(of: stream, after: version, limit: EventLog.pageMax)
            guard let last = events.last else { return isThere }
            for event in events {
                switch try event.decoded() {
                case .fact(.memory(.memoryRemembered(let fact))) where fact.memory == memory: isThere = true
                case .fact(.memory(.memoryForgotten(let fact))) where fact.memory == memory: isThere = false
                default: continue
                }
            }
            version = last.version
        }
    }
}
