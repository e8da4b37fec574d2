package import Crypto
import Postgres
package import Wire

/// An event that a consumer could not apply, or that waits behind one. What happened stands in the log.
package struct DeadLetter: Hashable, Sendable {
    package enum State: String, Sendable, CaseIterable { case parked, resolved, discarded }

    package let id: Int64
    package let consumer: String
    package let stream: UUID
    package let organization: UUID
    package let event: UUID
    package let lane: Int16
    package let position: Int64
    package let version: Int32
    package let state: State
    package let attempts: Int32
    package let errorClass: String
    package let error: String
    package let parkedAt: Timestamp
    package let decidedBy: UUID?
    package let decidedAt: Timestamp?

    static let columns: SQL =
        """
        id, consumer, stream_id, organization_id, event_id, lane, position, version, state, attempts, error_class, error,
        parked_at, decided_by, decided_at
        """

    init(_ row: PostgresRow) throws(PostgresError) {
        let state: String
        (
            id, consumer, stream, organization, event, lane, position, version, state, attempts, errorClass, error,
            parkedAt, decidedBy, decidedAt
        ) = try row.decode(
            Int64.self, String.self, UUID.self, UUID.self, UUID.self, Int16.self, Int64.self, Int32.self, String.self,
            Int32.self, String.self, String.self, Timestamp.self, UUID?.self, Timestamp?.self)
        guard let known = State(rawValue: state) else { throw PostgresError(.unexpectedAnswer) }
        self.state = known
    }
}

/// A stream whose events wait, for one consumer.
package struct ParkedStream: Hashable, Sendable {
    package let consumer: String
    package let stream: UUID
    package let organization: UUID
    package let lane: Int16
    package let firstPosition: Int64
    package let letters: Int64
    package let since: Timestamp
    package let isReplayAsked: Bool

    init(_ row: PostgresRow) throws(PostgresError) {
        (consumer, stream, organization, lane, firstPosition, letters, since, isReplayAsked) = try row.decode(
            String.self, UUID.self, UUID.self, Int16.self, Int64.self, Int64.self, Timestamp.self, Bool.self)
    }
}
