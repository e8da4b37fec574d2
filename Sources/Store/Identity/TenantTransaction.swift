package import Crypto
package import Domain
package import Postgres

/// A transaction that sees and changes one organization's rows.
package struct TenantTransaction: Sendable {
    private let session: PostgresSession
    private let organization: OrganizationID
    private let settings: LocalSettings
    private let log: EventLog
    private let sealing: Sealing?

    init(
        _ session: PostgresSession, of organization: OrganizationID, _ settings: LocalSettings, _ log: EventLog,
        _ sealing: Sealing?
    ) {
        self.sealing = sealing
        self.session = session
        self.organization = organization
        self.settings = settings
        self.log = log
    }

    @discardableResult
    package func query(_ sql: SQL, site: StaticString = #function) async throws -> PostgresRows {
        try await session.query(sql, site: site)
    }

    /// Appends to a stream of the organization. The lane is locked until the transaction ends: append last, and once.
    ///
    /// Appending looks at the whole lane, so it is not done behind the wall; the organization is ours to name, not the caller's.
    @discardableResult
    package func append(
        _ events: [NewEvent], to stream: UUID, kind: StreamKind, at start: StreamAppend.Start = .next
    ) async throws -> AppendVerdict {
        try await session.set(LocalSettings(["role": "none"]))
        let append = StreamAppend(to: stream, kind: kind, of: organization.uuid, at: start, events)
        let verdict = try await log.append(append, in: session)
        try await session.set(settings)
        return verdict
    }

    /// For what belongs into the same transaction and is out of a tenant's reach, such as a job. Whose it is, is not the caller's to
    /// say: the route names the organization that it knows.
    @discardableResult
    package func beyondTheWall<Value>(_ body: (PostgresSession) async throws -> Value) async throws -> Value {
        try await session.set(LocalSettings(["role": "none"]))
        let value = try await body(session)
        try await session.set(settings)
        return value
    }

    /// The key that a person's words are sealed with; made if there is none.
    func key(of subject: UUID, through sealing: Sealing) async throws -> SubjectKey {
        try await session.set(LocalSettings(["role": "none"]))
        let key = try await sealing.key(of: subject, organization.uuid, in: session)
        try await session.set(settings)
        return key
    }

    /// An event of a customer's or a call's stream, sealed with the stream's own key where the house has one, if there is anything to
    /// seal. It may make a key: not for who is being forgotten.
    func event(
        _ fact: Fact, id: EventID, at instant: Instant, in stream: UUID, meta: EventMeta?
    ) async throws -> NewEvent {
        guard let sealing, fact.holdsPrivate else {
            return try NewEvent(fact, id: id, at: instant, meta: meta)
        }
        let key = try await beyondTheWall { session in
            if case .call = fact { return try await sealing.callKey(stream, organization.uuid, in: session).key }
            return try await sealing.key(of: stream, organization.uuid, in: session)
        }
        return try NewEvent(fact, id: id, at: instant, in: stream, sealedWith: key, meta: meta)
    }

    /// Until the end: who remembers of a customer and who forgets them come one after the other.
    func hold(_ customer: CustomerID) async throws {
        try await session.query(
            "SELECT pg_advisory_xact_lock(hashtext('customers'), hashtext(\(customer.description)))")
    }

    /// Whatever is sealed with them, anywhere, can't be read any more. Keys are out of a tenant's reach, too.
    @discardableResult
    package func destroyKeys(of subject: UUID) async throws -> Int {
        try await session.set(LocalSettings(["role": "none"]))
        let count = try await Sealing.destroyKeys(of: subject, organization.uuid, in: session)
        try await session.set(settings)
        return count
    }
}
