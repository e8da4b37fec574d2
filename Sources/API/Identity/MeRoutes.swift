import Crypto
import Domain
import HTTP
import Store
import Wire

/// Who asks.
enum MeRoutes {
    static let all: [APIRoute] = [me]

    private enum Kind: String, CaseIterable, Sendable {
        case user
        case apiKey = "api_key"
    }

    private struct Me: Sendable {
        let identity: Identity
        let person: TenantUsers.Person?
        let organization: String?

        static let shape = JSONShape<Me>(
            "Me",
            [
                .word("type") { if case .user = $0.identity.caller { Kind.user } else { Kind.apiKey } },
                .id("id") {
                    switch $0.identity.caller {
                    case .user(let user, _, _): user.description
                    case .apiKey(let key): key.description
                    }
                },
                .textOrNull("email", "ada@example.org") { $0.person?.email.revealed },
                .textOrNull("name", "Ada") { $0.person?.name?.revealed },
                .wordOrNull("role") {
                    if case .user(_, let role, _) = $0.identity.caller { role } else { UserRole?.none }
                },
                .id("organization_id") { $0.identity.organization },
                .textOrNull("organization_name", "Example") { $0.organization },
                .texts("scopes", Scope.callsRead.rawValue) { $0.identity.scopes.map(\.rawValue).sorted() },
            ])
    }

    static let components = [Me.shape.component]

    private static let me = APIRoute.get(
        "/auth/me", needs: nil,
        RouteWords("get_me", "Who asks, and what they may do", tag: "Identity", answers: .one(.ok, "You", Me.shape))
    ) { visit in
        let users = TenantUsers(visit.database)
        var person: TenantUsers.Person?
        if case .user(let user, _, _) = visit.identity.caller { person = try await users.person(user) }
        let me = Me(identity: visit.identity, person: person, organization: try await users.organizationName())
        return .one(me, Me.shape)
    }
}
