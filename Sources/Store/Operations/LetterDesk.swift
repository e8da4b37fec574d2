package import Crypto
package import Domain
import Postgres

/// One organization's dead letters: whose a letter is, is seen from behind the wall, and decided before anything else.
package struct LetterDesk: Sendable {
    package static let fields: [ListField] = [
        ListField("state", "state", .word(DeadLetter.State.allCases.map(\.rawValue))),
        ListField("consumer", "consumer", .text), ListField("stream_id", "stream_id", .id),
        ListField("event_id", "event_id", .id), ListField("parked_at", "parked_at", .time),
    ]

    package enum Ruling: Hashable, Sendable {
        case done(DeadLetter)
        case notFound
        /// It was decided already.
        case notParked
    }

    private let database: TenantDatabase
    private let meta: EventMeta?

    package init(_ database: TenantDatabase, _ meta: EventMeta?) { (self.database, self.meta) = (database, meta) }

    private var own: SQL { "organization_id = \(database.organization.uuid)" }

    /// The newest first; one more than the page shows that there are more.
    package func page(
        _ filters: [ListFilter], before: Int64?, limit: Int, countingAll: Bool
    ) async throws -> (rows: [DeadLetter], total: Int?) {
        let wanted: SQL = "\(own) AND \(ListFilter.all(filters))"
        var batch: [SQL] = [
            """
            SELECT \(DeadLetter.columns) FROM dead_letters WHERE \(wanted) AND id < \(before ?? .max)
            ORDER BY id DESC LIMIT \(Int64(limit))
            """
        ]
        if countingAll { batch.append("SELECT count(*) FROM dead_letters WHERE \(wanted)") }
        let answers = try await database.query(batch)
        return (try answers[0].map { try DeadLetter($0) }, countingAll ? try answers[1].one.decode(Int.self) : nil)
    }

    private func find(_ letter: Int64) async throws -> DeadLetter? {
        try await database.query("SELECT \(DeadLetter.columns) FROM dead_letters WHERE id = \(letter) AND \(own)").first
            .map { try DeadLetter($0) }
    }

    /// Asks for whatever waits of the letter's stream to be applied, in order.
    package func replay(_ letter: Int64, by person: UUID) async throws -> Ruling {
        try await rule(on: letter, by: person, { .letterReplayed($0) }) { ruling, session in
            try await DeadLetters.askForReplay(ruling, in: session)
        }
    }

    /// Gives up on one letter, for good.
    package func discard(_ letter: Int64, by person: UUID) async throws -> Ruling {
        try await rule(on: letter, by: person, { .letterDiscarded($0) }) { ruling, session in
            try await DeadLetters.discard([letter], ruling, in: session) == 1
        }
    }

    private func rule(
        on letter: Int64, by person: UUID, _ fact: (LetterRuled) -> OrganizationEvent,
        _ body: (LetterRuling, PostgresSession) async throws -> Bool
    ) async throws -> Ruling {
        guard let found = try await find(letter), let consumer = ConsumerName(found.consumer) else { return .notFound }
        guard found.state == .parked else { return .notParked }
        let ruling = LetterRuling(on: found.stream, for: consumer, by: person)
        let told = fact(LetterRuled(letter: letter, consumer: found.consumer, event: EventID(found.event)))
        let event = try NewEvent.now(.organization(told), meta)
        let isDone = try await database.transaction { transaction in
            guard try await transaction.beyondTheWall({ try await body(ruling, $0) }) else { return false }
            try await transaction.append([event], to: database.organization.uuid, kind: .organization)
            return true
        }
        guard isDone, let after = try await find(letter) else { return .notParked }
        return .done(after)
    }
}
