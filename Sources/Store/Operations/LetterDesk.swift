package import Crypto
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

    package init(_ database: TenantDatabase) { self.database = database }

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
        try await rule(on: letter, by: person) { letters, ruling in try await letters.askForReplay(ruling) }
    }

    /// Gives up on one letter, for good.
    package func discard(_ letter: Int64, by person: UUID) async throws -> Ruling {
        try await rule(on: letter, by: person) { letters, ruling in try await letters.discard([letter], ruling) == 1 }
    }

    private func rule(
        on letter: Int64, by person: UUID, _ body: (DeadLetters, LetterRuling) async throws -> Bool
    ) async throws -> Ruling {
        guard let found = try await find(letter), let consumer = ConsumerName(found.consumer) else { return .notFound }
        guard found.state == .parked else { return .notParked }
        let ruling = LetterRuling(on: found.stream, for: consumer, by: person)
        guard try await body(DeadLetters(database.pool), ruling), let after = try await find(letter) else {
            return .notParked
        }
        return .done(after)
    }
}
