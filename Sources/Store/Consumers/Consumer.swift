package import Postgres

/// What a reader of the log does with events. Effects go through `session`, in the transaction that also moves the
/// checkpoint: they happen once, or not yet.
///
/// Events come in the order of their lane, and so in that of their stream. Several lanes are applied at once, each by one
/// owner. A type that the consumer does not know is passed over and counted by it: a later release wrote it. Any other event
/// that it can't take, it throws at; what becomes of the error says `FailureKind`. It swallows no error of a statement.
package protocol Consumer: Sendable {
    var name: ConsumerName { get }
    func apply(_ events: [RecordedEvent], in session: PostgresSession) async throws
    /// The same, for a consumer whose effects reach beyond its own tables: jobs, letters, webhooks.
    func apply(_ events: [RecordedEvent], outward: OutwardEffects, in session: PostgresSession) async throws
}

extension Consumer {
    package func apply(_ events: [RecordedEvent], outward: OutwardEffects, in session: PostgresSession) async throws {
        try await apply(events, in: session)
    }
}

/// What a consumer does about effects beyond its own tables.
package enum OutwardEffects: Hashable, Sendable {
    case due
    /// An earlier version has had them, or is going to.
    case muted
}
