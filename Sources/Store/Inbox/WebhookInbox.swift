import Crypto
import Domain
package import Postgres
import Wire

/// Where webhooks are taken: each once, with everything that follows from it or not at all.
package struct WebhookInbox: Sendable {
    package enum Outcome: Hashable, Sendable {
        case taken(WebhookVerdict)
        /// Another webhook of the leg was quicker, and this one was decided on what is no longer so: look again.
        case moved
    }

    private let log: EventLog

    package init(_ log: EventLog) { self.log = log }

    /// One statement, and so one transaction: when the connection is lost on the way, it happened or it did not, and to send it
    /// again finds out.
    package func take(_ delivery: WebhookDelivery, through pool: PostgresPool) async throws -> Outcome {
        try Self.outcome(try await pool.execute(sql(delivery)))
    }

    /// The same together with what else the caller's transaction writes. The lane is locked until that ends: take last, and once.
    package func take(_ delivery: WebhookDelivery, in session: PostgresSession) async throws -> Outcome {
        try Self.outcome(try await session.query(sql(delivery)))
    }

    private static func outcome(_ rows: PostgresRows) throws(PostgresError) -> Outcome {
        let word = try rows.one.decode(String.self)
        if word == "moved" { return .moved }
        guard let verdict = WebhookVerdict(rawValue: word) else { throw PostgresError(.unexpectedAnswer) }
        return .taken(verdict)
    }

    private func sql(_ delivery: WebhookDelivery) -> SQL {
        let target = delivery.target
        let lane = target.map { $0.lane ?? log.lane(of: $0.stream) }
        let events = delivery.events
        return """
            SELECT verdict FROM take_webhook(
                \(delivery.provider), \(delivery.id), \(delivery.signedAt), \(delivery.bodyDigest),
                \(delivery.verdict.rawValue), \(delivery.leg), \(delivery.legStream), \(target?.stream),
                \(target.flatMap { $0.kind == .call ? CallEndID.of($0.stream).uuid : nil }), \(target?.organization), \(lane), \(target?.kind.rawValue),
                \(events.map(\.id)), \(events.map(\.type)), \(events.map(\.schemaVersion)), \(events.map(\.occurredAt)),
                \(events.map { JSON($0.payload) }), \(events.map { $0.meta.map { JSON($0) } }),
                \(events.map(\.keyID)))
            """
    }
}
