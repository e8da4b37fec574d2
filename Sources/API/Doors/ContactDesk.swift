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
        let prepared = delivery
        return try await pool.withTransaction { session in
            var delivery = prepared
            let (customer, fact) = try await fact(event, CustomerHandles(of: organization), in: session)
            let id: EventID = DerivedID.make("notice", "hubspot", event.id)
            let meta = EventMeta(request: WorkContext.current.request?.description, actor: .system("hubspot"))
            delivery.verdict = .applied
            delivery.target = .init(stream: customer, kind: .customer, organization: organization)
            let isPrivate = Fact.customer(fact).holdsPrivate
            let key = isPrivate ? try await sealing?.key(of: customer, organization, in: session) : nil
            delivery.events = [
                try NewEvent(.customer(fact), id: id, at: event.at, in: customer, sealedWith: key, meta: meta)
            ]
            guard case .taken(let verdict) = try await inbox.take(delivery, in: session) else {
                throw PostgresError(.unexpectedAnswer)
            }
            return verdict
        }
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
    private func fact(_ event: HubSpotEvent, _ handles: CustomerHandles, in session: PostgresSession) async throws -> (
        UUID, CustomerEvent
    ) {
        let proposed: CustomerID = DerivedID.make("customer", "hubspot", event.contact)
        let customer = try await handles.claim(.hubspot, event.contact, for: proposed.uuid, in: session)
        switch event.change {
        case .created:
            let metadata = Freeform.object(["hubspot_contact": .string(event.contact)])
            return (customer, .customerCreated(CustomerCreated(metadata: Private(metadata))))
        case .phone(let phone): return try await known(by: .phone, phone, customer, handles, session)
        case .email(let email): return try await known(by: .email, email, customer, handles, session)
        case .detail(let name, let value): return (customer, Self.changed([name: value]))
        case .deleted, .other:
            let gone: [String: Private<String>?] = ["hubspot_contact": nil]
            return (customer, Self.changed(gone))
        }
    }

    private func known(
        by kind: CustomerHandles.Kind, _ handle: Private<String>?, _ customer: UUID, _ handles: CustomerHandles,
        _ session: PostgresSession
    ) async throws -> (UUID, CustomerEvent) {
        guard let handle else { return (customer, Self.changed([kind.rawValue: nil])) }
        let owner = try await handles.claim(kind, handle.revealed, for: customer, in: session)
        if owner == customer { return (customer, Self.changed([kind.rawValue: handle])) }
        try await handles.hand(over: customer, to: owner, in: session)
        return (owner, .customerMerged(CustomerMerged(absorbed: CustomerID(customer))))
    }

    private static func changed(_ changes: [String: Private<String>?]) -> CustomerEvent {
        let values = changes.mapValues { $0.map { Freeform.string($0.revealed) } ?? .null }
        return .customerChanged(CustomerChanged(changes: Private(.object(values))))
    }
}
