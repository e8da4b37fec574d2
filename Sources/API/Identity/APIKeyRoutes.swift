import Crypto
import Domain
import HTTP
import Store
import Wire

/// Keys with which programs call the API.
enum APIKeyRoutes {
    static let all: [APIRoute] = [list, create, revoke]
    static let components = [shape.component, createdShape.component, IssuedTokens.shape.component]

    private static let members: [JSONShape<APIKeyRow>.Member] = [
        .id("id") { $0.id },
        .text("name", "nightly export") { $0.name },
        .text("prefix", "ll_live_0a1b2c3d") { $0.prefix },
        .texts("scopes", Scope.callsRead.rawValue) { $0.scopes },
        .text("rate_tier", RateTier.standard.rawValue) { $0.rateTier },
        .idOrNull("created_by") { $0.createdBy },
        .time("created_at") { $0.createdAt },
        .timeOrNull("last_used_at") { $0.lastUsedAt },
        .timeOrNull("revoked_at") { $0.revokedAt },
    ]
    private static let shape = JSONShape<APIKeyRow>("APIKey", members)

    private struct Created: Sendable {
        let row: APIKeyRow
        let secret: String
    }

    private static let createdShape = JSONShape<Created>(
        "CreatedAPIKey",
        members.map { member in
            .init(name: member.name, schema: member.schema, example: member.example) { member.write($0.row, &$1) }
        } + [.text("secret", "ll_live_0a1b2c3d_…") { $0.secret }])

    private static let list = APIRoute.get(
        "/api-keys", needs: .keysRead,
        RouteWords(
            "list_api_keys", "API keys, the newest first", tag: "Identity", query: [.list([])],
            answers: .page("A page of them", shape))
    ) { visit in
        let desk = APIKeyDesk(visit.database)
        let place = try visit.place().map { (Timestamp(microseconds: $0.order), APIKeyID($0.id)) }
        let rows = try await desk.list(after: place, limit: visit.wish.limit + 1)
        let total = visit.wish.countsAll ? try await desk.count() : nil
        return visit.page(rows, shape, total: total) { .init(order: $0.createdAt.microseconds, id: $0.id.uuid) }
    }

    private struct NewKey: BodyInput {
        static let example = JSONValue.object([
            ("name", .string("nightly export")), ("scopes", .array([.string(Scope.callsRead.rawValue)])),
        ])

        let name: String
        let scopes: [Scope]
        let tier: RateTier

        init(_ body: inout BodyReader) {
            name = body.text("name", in: 1...200)
            scopes = body.words("scopes", of: Scope.self)
            tier = body.word("rate_tier", else: .standard)
        }
    }

    private static let create = APIRoute.post(
        "/api-keys", needs: .keysWrite,
        RouteWords(
            "create_api_key", "Makes an API key", tag: "Identity",
            description: "The secret is shown now and never again. Nobody can grant a scope that they do not have.",
            answers: .one(.created, "The key, with its secret", createdShape)),
        taking: NewKey.self
    ) { visit, input in
        guard visit.identity.mayGrant(input.scopes) else {
            throw Problems.forbidden(
                input.scopes.filter { !visit.identity.may($0) }.map(\.rawValue).joined(separator: ", "))
        }
        let secret = APIKeySecret()
        let row = try await APIKeyDesk(visit.database).create(
            named: input.name, scopes: input.scopes, tier: input.tier, by: visit.identity, secret, visit.meta)
        return Answer.one(Created(row: row, secret: secret.text), createdShape, .created)
            .with(.location, "\(APIRoute.base)/api-keys")
    }

    private static let revoke = APIRoute.delete(
        "/api-keys/{id}", needs: .keysWrite,
        RouteWords(
            "revoke_api_key", "Revokes an API key", tag: "Identity",
            description: "At once. One that is revoked already stays so.", answers: .nothing("It is no longer good"))
    ) { (visit: Visit, key: APIKeyID) in
        guard try await APIKeyDesk(visit.database).revoke(key, reason: .byAdmin, visit.meta) else {
            throw Problem.notFound
        }
        return .nothing
    }
}
