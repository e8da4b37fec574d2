package import Crypto
package import Postgres

/// What is known of a leg before its webhook is taken: read in one go, and judged again when it is.
package struct LegFindings: Sendable {
    /// The call that the leg belongs to.
    package struct Call: Sendable {
        package let stream: UUID
        package let organization: UUID
        package let lane: Int16?
        /// What the call's words are sealed with, as long as somebody remembers it. One that was destroyed meanwhile does no harm: what
        /// is sealed with it nobody can read.
        package var key: SubjectKey?

        package init(stream: UUID, organization: UUID, lane: Int16?, key: SubjectKey? = nil) {
            self.stream = stream
            self.organization = organization
            self.lane = lane
            self.key = key
        }
    }

    /// Who has the number that was called.
    package struct Owner: Sendable {
        package let organization: UUID
        package let agent: UUID?
        package let agentVersion: Int32?
    }

    /// By the leg's own name.
    package let known: Call?
    /// By what the webhook says that we had given the leg.
    package let tagged: Call?
    package let owner: Owner?

    /// What a process remembers of a leg.
    package init(known: Call) { self.init(known: known, tagged: nil, owner: nil) }

    private init(known: Call?, tagged: Call?, owner: Owner?) {
        self.known = known
        self.tagged = tagged
        self.owner = owner
    }

    package static func read(
        carrier: String, leg: String, call: UUID?, number: String?, through pool: PostgresPool
    ) async throws -> LegFindings {
        let row = try await pool.query(
            """
            SELECT l.stream_id, l.organization_id, k.lane, t.stream_id, t.organization_id, t.lane,
                n.organization_id, n.agent_id, coalesce(n.agent_version, a.live_version)
            FROM (SELECT) AS one
            LEFT JOIN carrier_legs l ON l.carrier = \(carrier) AND l.control_id = \(leg)
            LEFT JOIN streams k ON k.stream_id = l.stream_id
            LEFT JOIN streams t ON t.stream_id = \(call) AND t.kind = 'call'
            LEFT JOIN phone_numbers n ON n.number = \(number)
            LEFT JOIN agents a ON a.agent_id = n.agent_id
            """
        ).one
        let (stream, organization, lane, tagged, taggedOrganization, taggedLane) = try row.decode(
            UUID?.self, UUID?.self, Int16?.self, UUID?.self, UUID?.self, Int16?.self)
        let owner = try row.decode(UUID?.self, at: 6)
        let (agent, version) = (try row.decode(UUID?.self, at: 7), try row.decode(Int32?.self, at: 8))
        return LegFindings(
            known: Self.call(stream, organization, lane), tagged: Self.call(tagged, taggedOrganization, taggedLane),
            owner: owner.map { Owner(organization: $0, agent: agent, agentVersion: version) })
    }

    private static func call(_ stream: UUID?, _ organization: UUID?, _ lane: Int16?) -> Call? {
        guard let stream, let organization else { return nil }
        return Call(stream: stream, organization: organization, lane: lane)
    }
}
