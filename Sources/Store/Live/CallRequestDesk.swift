import Crypto
package import Domain
package import Postgres
import Wire

/// Takes requests to call somebody: what is asked for is in the log together with the errand that does it, or not at all.
package struct CallRequestDesk: Sendable {
    package struct Wish: Hashable, Sendable {
        package var agent: AgentID
        package var to: Private<String>
        /// Nil: a number of the organization's, its agent's first.
        package var from: Private<String>?
        package var customer: CustomerID?
        package var metadata: Private<Freeform>?
        package var variables: Private<Freeform>?

        package init(agent: AgentID, to: Private<String>) { (self.agent, self.to) = (agent, to) }
    }

    package enum Refusal: Error, Hashable, Sendable {
        /// There is none, or none that was published and takes calls.
        case noSuchAgent
        /// The organization has no such number, or none at all, that calls can go out from.
        case noSuchNumber
        case noSuchCustomer
        /// What its calls cost is not paid.
        case unpaid
    }

    private let database: TenantDatabase
    private let meta: EventMeta?

    package init(_ database: TenantDatabase, _ meta: EventMeta?) { (self.database, self.meta) = (database, meta) }

    /// `enqueue` is called in the same transaction.
    package func request(
        _ wish: Wish, enqueue: (CallID, PostgresSession) async throws -> Void
    ) async throws -> CallRow {
        let (call, now) = (CallID(UUID.v7()), Instant(Timestamp.now))
        let organization = database.organization.uuid
        return try await database.transaction { transaction in
            let version = try await self.version(of: wish.agent, transaction)
            let numbers = try await transaction.query(
                """
                SELECT number FROM phone_numbers WHERE organization_id = \(organization)
                    AND number = coalesce(\(wish.from?.revealed), number)
                ORDER BY (agent_id = \(wish.agent.uuid)) IS TRUE DESC, created_at, phone_number_id LIMIT 1
                """)
            guard let from = try numbers.first?.decode(String.self) else { throw Refusal.noSuchNumber }
            try await require(wish.customer, transaction)
            let requested = CallRequested(
                direction: .outbound, from: Private(from), to: wish.to, agent: wish.agent, agentVersion: Int(version),
                customer: wish.customer, metadata: wish.metadata, variables: wish.variables)
            try await transaction.beyondTheWall { try await enqueue(call, $0) }
            return try await append(requested, to: call, at: now, transaction)
        }
    }

    /// A call that somebody holds in a browser: they are who calls, so it is there as if it had come in. `wish.to` and `from` say
    /// nothing then. Answers what opens its stream.
    package func open(
        _ wish: Wish, enqueue: (CallID, PostgresSession) async throws -> Void
    ) async throws -> CallTicket {
        guard try await BillingStanding.mayCall(database.organization, through: database.pool) else {
            throw Refusal.unpaid
        }
        let (call, now) = (CallID(UUID.v7()), Instant(Timestamp.now))
        let (row, number) = try await database.transaction { transaction in
            let version = try await self.version(of: wish.agent, transaction)
            try await require(wish.customer, transaction)
            let requested = CallRequested(
                direction: .inbound, to: Private(Self.web), agent: wish.agent, agentVersion: Int(version),
                customer: wish.customer, metadata: wish.metadata, variables: wish.variables)
            try await transaction.beyondTheWall { try await enqueue(call, $0) }
            return (try await append(requested, to: call, at: now, transaction), version)
        }
        guard let version = try await AgentReader(database).version(number, of: wish.agent) else {
            throw Refusal.noSuchAgent
        }
        let agent = AgentConfiguration(version.settings).filled(with: wish.variables?.revealed)
        return CallTicket(
            call: call, organization: database.organization, direction: .inbound, leg: nil, agent: agent,
            other: OtherSide(of: row.state),
            key: try await database.sealing?.callKey(call, database.organization, through: database.pool).wrapped)
    }

    /// Where calls of browsers go.
    private static let web = "web"

    /// Held until the request is there: nobody archives the agent in between.
    private func version(of agent: AgentID, _ transaction: TenantTransaction) async throws -> Int32 {
        let agents = try await transaction.query(
            """
            SELECT live_version FROM agents WHERE agent_id = \(agent.uuid)
                AND organization_id = \(database.organization.uuid) AND status = 'active' FOR SHARE
            """)
        guard let version = try agents.first?.decode(Int32.self) else { throw Refusal.noSuchAgent }
        return version
    }

    private func require(_ customer: CustomerID?, _ transaction: TenantTransaction) async throws {
        guard let customer else { return }
        let known = try await transaction.query(
            """
            SELECT FROM streams WHERE stream_id = \(customer.uuid) AND kind = 'customer'
                AND organization_id = \(database.organization.uuid)
            """)
        guard known.count == 1 else { throw Refusal.noSuchCustomer }
    }

    private func append(
        _ requested: CallRequested, to call: CallID, at now: Instant, _ transaction: TenantTransaction
    ) async throws -> CallRow {
        let id = EventID(UUID.v7())
        let event = try await transaction.event(
            .call(.callRequested(requested)), id: id, at: now, in: call.uuid, meta: meta)
        try await transaction.append([event], to: call.uuid, kind: .call, at: .version(1))
        let fact = CallFact(version: 1, id: id, at: now, .callRequested(requested))
        return CallRow(id: call.uuid, organization: database.organization.uuid, state: Call.evolve(nil, fact))
    }
}
