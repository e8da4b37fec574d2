import Crypto
package import Domain
import Postgres
import Wire

/// Changes what an organization keeps with a call. It is decided on what the log says, and so known at once to whoever asks the log.
package struct CallChangeDesk: Sendable {
    package enum Refusal: Error, Hashable, Sendable {
        /// So much is told of the call at this moment that every attempt came too late.
        case isBusy
        case isTooLarge
        /// What is kept with it was taken away for good.
        case isErased
    }

    /// Of metadata as JSON, as it is afterwards.
    package static let metadataBytesMax = 16_384
    /// Attempts at the version behind the last one; a call that is live grows meanwhile.
    package static let triesMax = 16

    private let database: TenantDatabase
    private let meta: EventMeta?

    package init(_ database: TenantDatabase, _ meta: EventMeta?) { (self.database, self.meta) = (database, meta) }

    /// Member by member; null takes one away. Nil changes are all of them. `match` may refuse the version that is changed. Nil if
    /// there is no such call.
    package func change(
        _ call: CallID, _ changes: [String: Freeform]?, _ match: (Int32) throws -> Void
    ) async throws -> CallRow? {
        let organization = database.organization.uuid
        for _ in 0..<Self.triesMax {
            guard let state = try await StreamDesk(database).state(of: call, at: .max) else { return nil }
            try match(state.version)
            guard state.erasedAt == nil else { throw Refusal.isErased }
            let metadata = Self.changed(state.metadata?.revealed, by: changes)
            guard metadata != (state.metadata?.revealed ?? .object([:])) else {
                return CallRow(id: call.uuid, organization: organization, state: state)
            }
            guard metadata.json.bytes.count <= Self.metadataBytesMax else { throw Refusal.isTooLarge }
            let change = CallEvent.callChanged(CallChanged(metadata: Private(metadata)))
            let fact = CallFact(
                version: state.version + 1, id: EventID(UUID.v7()), at: Instant(Timestamp.now), change)
            let verdict = try await database.transaction { transaction in
                let event = try await transaction.event(
                    .call(change), id: fact.id, at: fact.at, in: call.uuid, meta: meta)
                return try await transaction.append([event], to: call.uuid, kind: .call, at: .version(fact.version))
            }
            guard case .appended = verdict else { continue }
            return CallRow(id: call.uuid, organization: organization, state: Call.evolve(state, fact))
        }
        throw Refusal.isBusy
    }

    private static func changed(_ old: Freeform?, by changes: [String: Freeform]?) -> Freeform {
        guard let changes else { return .object([:]) }
        var members: [String: Freeform] = [:]
        if case .object(let known)? = old { members = known }
        for (name, value) in changes { members[name] = value == .null ? nil : value }
        return .object(members)
    }
}
