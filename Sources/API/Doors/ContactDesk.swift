import Crypto
import Domain
import Postgres
import Providers
import Service
import Store
import Wire

/// Makes customers of contacts. Who has the number or the address of somebody we know is that somebody.
struct ContactDesk: Sendable {
    let finder: LogHandle
    let sealing: Sealing?

    func take(
        _ event: HubSpotEvent, signedAt: Timestamp, body: [UInt8], through pool: PostgresPool
    ) async throws -> WebhookVerdict {
        let inbox = WebhookInbox(try await finder.log(through: pool))
        var delivery = WebhookDelivery(
            provider: "hubspot", id: event.id, signedAt: signedAt,
            bodyDigest: HashFunction.sha256.digest(of: body), verdict: .acknowledged)
        guard event.change != .other else { return try await taken(by: inbox, delivery, pool) }
        guard let organization = try await LinkedAccounts.organization(of: event.portal, at: "hubspot", through: pool)
        else {
            delivery.verdict = .unknownSubject
            return try await taken(by: inbox, delivery, pool)
        }
        if event.change == .erased {
            delivery.verdict = try await forget(event, organization, pool) ? .applied : .acknowledged
            return try await taken(by: inbox, delivery, pool)
        }
        let prepared = delivery
        return try await pool.withTransaction { session in
            var delivery = prepared
            let (customer, facts) = try await facts(event, CustomerHandles(of: organization), in: session)
            if !facts.isEmpty {
                delivery.verdict = .applied
                delivery.target = .init(stream: customer, kind: .customer, organization: organization)
            }
            let isPrivate = facts.contains { Fact.customer($0).holdsPrivate }
            let key = isPrivate ? try await sealing?.key(of: customer, organization, in: session) : nil
            delivery.events = try facts.enumerated().map { index, fact in
                let id: EventID = DerivedID.make("notice", "hubspot", event.id + (index == 0 ? "" : "/\(index)"))
                return try NewEvent(
                    .customer(fact), id: id, at: event.at, in: customer, sealedWith: key, meta: Self.meta)
            }
            guard case .taken(let verdict) = try await inbox.take(delivery, in: session) else {
                throw PostgresError(.unexpectedAnswer)
            }
            return verdict
        }
    }

    private static var meta: EventMeta {
        EventMeta(request: WorkContext.current.request?.description, actor: .system("hubspot"))
    }

    /// Whether there was anybody to forget. It is done before the webhook is taken: who dies in between does it again, and nothing is left to do.
    private func forget(_ event: HubSpotEvent, _ organization: UUID, _ pool: PostgresPool) async throws -> Bool {
        let handles = CustomerHandles(of: organization)
        guard
            let customer = try await pool.withTransaction({ session in
                try await handles.owner(of: event.contact, .hubspot, in: session)
            })
        else { return false }
        let log = try await finder.log(through: pool)
        let database = TenantDatabase(OrganizationID(organization), in: pool, log: log, sealing: sealing)
        return try await CustomerDesk(database, Self.meta).erase(CustomerID(customer)) { _ in } != nil
    }

    private func taken(by inbox: WebhookInbox, _ delivery: WebhookDelivery, _ pool: PostgresPool) async throws
        -> WebhookVerdict
    {
        guard case .taken(let verdict) = try await inbox.take(delivery, through: pool) else {
            throw PostgresError(.unexpectedAnswer)
        }
        return verdict
    }

    /// Whose stream it goes into, and what it says there.
    private func facts(
        _ event: HubSpotEvent, _ handles: CustomerHandles, in session: PostgresSession
    ) async throws -> (UUID, [CustomerEvent]) {
        let proposed = (DerivedID.make("customer", "hubspot", event.contact) as CustomerID).uuid
        if case .deleted = event.change {
            // Who is not known, or was forgotten, is not made known by it.
            let gone: [String: Private<String>?] = ["hubspot_contact": nil]
            let customer = try await handles.owner(of: event.contact, .hubspot, in: session)
            return (customer ?? proposed, customer == nil ? [] : [Self.changed(gone)])
        }
        let customer = try await handles.claim(.hubspot, event.contact, for: proposed, in: session)
        switch event.change {
        case .created:
            let metadata = Freeform.object(["hubspot_contact": .string(event.contact)])
            return (customer, [.customerCreated(CustomerCreated(metadata: Private(metadata)))])
        case .phone(let phone): return try await known(by: .phone, phone, customer, handles, session)
        case .email(let email): return try await known(by: .email, email, customer, handles, session)
        case .detail(let name, let value): return (customer, [Self.changed([name: value])])
        case .merged(let others):
            return (customer, try await absorbed(others, by: customer, handles, session).map { .customerMerged($0) })
        case .deleted, .erased, .other: return (customer, [])
        }
    }

    private func known(
        by kind: CustomerHandles.Kind, _ handle: Private<String>?, _ customer: UUID, _ handles: CustomerHandles,
        _ session: PostgresSession
    ) async throws -> (UUID, [CustomerEvent]) {
        guard let handle else {
            try await handles.release(kind, of: customer, in: session)
            return (customer, [Self.changed([kind.rawValue: nil])])
        }
        let owner = try await handles.claim(kind, handle.revealed, for: customer, in: session)
        if owner == customer { return (customer, [Self.changed([kind.rawValue: handle])]) }
        try await handles.hand(over: customer, to: owner, in: session)
        return (owner, [.customerMerged(CustomerMerged(absorbed: CustomerID(customer)))])
    }

    /// A contact that nobody has told of yet is the same one from its first word on.
    private func absorbed(
        _ contacts: [String], by customer: UUID, _ handles: CustomerHandles, _ session: PostgresSession
    ) async throws -> [CustomerMerged] {
        var merged: [CustomerMerged] = []
        for contact in contacts {
            let owner = try await handles.claim(.hubspot, contact, for: customer, in: session)
            if owner == customer { continue }
            try await handles.hand(over: owner, to: customer, in: session)
            merged.append(CustomerMerged(absorbed: CustomerID(owner)))
        }
        return merged
    }

    private static func changed(_ changes: [String: Private<String>?]) -> CustomerEvent {
        let values = changes.mapValues { $0.map { Freeform.string($0.revealed) } ?? .null }
        return .customerChanged(CustomerChanged(changes: Private(.object(values))))
    }
}
