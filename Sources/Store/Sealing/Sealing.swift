package import Crypto
package import Domain
package import Postgres
import Wire

/// The keys of people, wrapped by one of the house's that no database has.
///
/// Whoever destroys a person's key makes everything sealed with it unreadable, in the log, its backups and its replicas, while
/// every event stays in its place.
package struct Sealing: Sendable {
    private let house: SealedBox

    /// Of 32 bytes.
    package init(houseKey: Secret) throws(SealingError) {
        guard let house = SealedBox(key: houseKey) else { throw .notAKey }
        self.house = house
    }

    /// As the setting has it: 32 bytes in base64.
    package init(setting text: String) throws(SealingError) {
        guard let bytes = try? Base64.standard.decode(text) else { throw .notAKey }
        try self.init(houseKey: Secret(copying: bytes))
    }

    // MARK: - Keys

    /// The person's key; made if there is none, or none any more.
    package func key(of subject: UUID, _ organization: UUID, in session: PostgresSession) async throws -> SubjectKey {
        for key in try await known(subject, organization, in: session) {
            if let wrapped = key.wrapped { return try unwrap(wrapped, key.id, organization, subject) }
        }
        return try await begin(subject, organization, in: session).key
    }

    /// A call's own, and the same wrapped for whoever carries the call, who asks no database. It is the call's and not the caller's, since
    /// a call begins before anybody knows who that is; who is forgotten takes along the keys of their calls.
    ///
    /// One that was destroyed is never followed by another: what is still said is sealed with one that nobody keeps.
    package func callKey(
        _ call: UUID, _ organization: UUID, in session: PostgresSession
    ) async throws -> (key: SubjectKey, wrapped: WrappedKey) {
        guard let first = try await known(call, organization, in: session).first else {
            return try await begin(call, organization, in: session)
        }
        guard let wrapped = first.wrapped else {
            let (box, lost) = try make(organization, call)
            return (SubjectKey(id: first.id, box), WrappedKey(id: first.id, bytes: lost))
        }
        return (try unwrap(wrapped, first.id, organization, call), WrappedKey(id: first.id, bytes: wrapped))
    }

    package func callKey(
        _ call: CallID, _ organization: OrganizationID, through pool: PostgresPool
    ) async throws -> (key: SubjectKey, wrapped: WrappedKey) {
        try await pool.withConnection { try await callKey(call.uuid, organization.uuid, in: $0) }
    }

    /// Nil where it was wrapped with another house key, or for another call.
    package func callKey(_ wrapped: WrappedKey, _ call: CallID, _ organization: OrganizationID) -> SubjectKey? {
        try? unwrap(wrapped.bytes, wrapped.id, organization.uuid, call.uuid)
    }

    /// The call's, if it has one that was not destroyed; none is made.
    func knownCallKey(
        _ call: CallID, _ organization: OrganizationID, through pool: PostgresPool
    ) async throws -> SubjectKey? {
        let first = try await pool.query(Self.known(call.uuid, organization.uuid)).first.map(Self.kept)
        guard let first, let wrapped = first.wrapped else { return nil }
        return try unwrap(wrapped, first.id, organization.uuid, call.uuid)
    }

    /// The oldest first; without its bytes one that was destroyed.
    private func known(
        _ subject: UUID, _ organization: UUID, in session: PostgresSession
    ) async throws -> [(id: Int64, wrapped: [UInt8]?)] {
        try await session.query(Self.known(subject, organization)).map(Self.kept)
    }

    private static func known(_ subject: UUID, _ organization: UUID) -> SQL {
        """
        SELECT key_id, wrapped_key FROM shred_keys
        WHERE organization_id = \(organization) AND subject_id = \(subject) ORDER BY key_id
        """
    }

    private static func kept(_ row: PostgresRow) throws -> (id: Int64, wrapped: [UInt8]?) {
        try row.decode(Int64.self, [UInt8]?.self)
    }

    private func begin(
        _ subject: UUID, _ organization: UUID, in session: PostgresSession
    ) async throws -> (key: SubjectKey, wrapped: WrappedKey) {
        let (box, wrapped) = try make(organization, subject)
        let id = try await session.query(
            """
            INSERT INTO shred_keys (organization_id, subject_id, wrapped_key)
            VALUES (\(organization), \(subject), \(wrapped)) RETURNING key_id
            """
        ).one.decode(Int64.self)
        return (SubjectKey(id: id, box), WrappedKey(id: id, bytes: wrapped))
    }

    /// Answers how many keys there were. In the caller's transaction: what says that the person was erased belongs there, too.
    package static func destroyKeys(
        of subject: UUID, _ organization: UUID, in session: PostgresSession
    ) async throws -> Int {
        try await session.query(
            """
            UPDATE shred_keys SET wrapped_key = NULL, destroyed_at = clock_timestamp()
            WHERE organization_id = \(organization) AND subject_id = \(subject) AND wrapped_key IS NOT NULL
            RETURNING key_id
            """
        ).count
    }

    /// The same for who has no key yet: one that is destroyed from the beginning stands in its place, so that none is made.
    static func closing(_ subjects: [UUID], _ organization: UUID) -> [SQL] {
        [
            """
            UPDATE shred_keys SET wrapped_key = NULL, destroyed_at = clock_timestamp()
            WHERE organization_id = \(organization) AND subject_id = ANY (\(subjects)) AND wrapped_key IS NOT NULL
            """,
            """
            INSERT INTO shred_keys (organization_id, subject_id, destroyed_at)
            SELECT \(organization), s, clock_timestamp() FROM unnest(\(subjects)) AS s
            WHERE NOT EXISTS (SELECT FROM shred_keys WHERE organization_id = \(organization) AND subject_id = s)
            """,
        ]
    }

    private func make(_ organization: UUID, _ subject: UUID) throws(SealingError) -> (SealedBox, wrapped: [UInt8]) {
        let plain = Secret.random(count: SealedBox.keyByteCount)
        guard let box = SealedBox(key: plain) else { throw .notAKey }
        let owner = Self.owner(organization, subject)
        return (box, plain.withBytes { house.seal($0, associated: owner.span) })
    }

    private func unwrap(
        _ wrapped: [UInt8], _ id: Int64, _ organization: UUID, _ subject: UUID
    ) throws -> SubjectKey {
        do throws(SealedBox.Failure) {
            let plain = try house.open(wrapped.span, associated: Self.owner(organization, subject).span)
            guard let box = SealedBox(key: plain) else { throw SealedBox.Failure.doesNotOpen }
            return SubjectKey(id: id, box)
        } catch {
            throw SealingError.anotherHouseKey(keyID: id)
        }
    }

    private static func owner(_ organization: UUID, _ subject: UUID) -> [UInt8] { organization.bytes + subject.bytes }

    /// How many people have a key: their words are sealed, and could be read.
    package static func keyCount(in pool: PostgresPool) async throws -> Int {
        try await pool.query("SELECT count(*) FROM shred_keys WHERE wrapped_key IS NOT NULL").one.decode(Int.self)
    }

    // MARK: - Files

    /// A new key for a file about `subject`, and the same wrapped, to stand in the file: no database is asked.
    func fileKey(_ organization: UUID, _ subject: UUID) throws(SealingError) -> (SealedBox, wrapped: [UInt8]) {
        try make(organization, subject)
    }

    /// Nil where it was wrapped with another house key, or for another file.
    func fileKey(wrapped: [UInt8], _ organization: UUID, _ subject: UUID) -> SealedBox? {
        let owner = Self.owner(organization, subject)
        guard let plain = try? house.open(wrapped.span, associated: owner.span) else { return nil }
        return SealedBox(key: plain)
    }

    // MARK: - Reading

    /// The same events, with the words of those whose key exists. One query, and none where nothing is sealed.
    package func opened(_ events: [RecordedEvent], through source: LogSource) async throws -> [RecordedEvent] {
        let ids = Set(events.compactMap(\.keyID))
        if ids.isEmpty { return events }
        let keys = try await keys(Array(ids), through: source)
        return try events.map { event in
            guard let id = event.keyID, let key = keys[id] else { return event }
            return try Self.opened(event, with: key)
        }
    }

    /// Those of them that were not destroyed.
    func keys(_ ids: [Int64], through source: LogSource) async throws -> [Int64: SubjectKey] {
        var keys: [Int64: SubjectKey] = [:]
        let rows = try await source.beyondTheWall.query(
            """
            SELECT key_id, organization_id, subject_id, wrapped_key FROM shred_keys
            WHERE key_id = ANY(\(ids)) AND wrapped_key IS NOT NULL
            """, site: #function)
        for row in rows {
            let (id, organization, subject, wrapped) = try row.decode(
                Int64.self, UUID.self, UUID.self, [UInt8].self)
            keys[id] = try unwrap(wrapped, id, organization, subject)
        }
        return keys
    }

    private static func opened(_ event: RecordedEvent, with key: SubjectKey) throws -> RecordedEvent {
        do {
            guard let payload = try SealedPayload.open(event, with: key) else { return event }
            var opened = event
            opened.payload = payload
            return opened
        } catch {
            throw SealingError.altered(stream: event.stream.description, version: event.version)
        }
    }
}

extension Fact {
    /// Whether there is anything to seal.
    package var holdsPrivate: Bool { RedactedPayload.holdsPrivate(self) }
}

extension NewEvent {
    /// The same with everything private sealed; as it is where nothing is, or without a key.
    package init(
        _ fact: Fact, id: EventID, at instant: Instant, in stream: UUID, sealedWith key: SubjectKey?,
        meta: EventMeta? = nil
    ) throws {
        try self.init(fact, id: id, at: instant, meta: meta)
        guard let key, let sealed = try SealedPayload.seal(fact, of: stream, id.uuid, with: key) else { return }
        payload = sealed
        keyID = key.id
    }
}
