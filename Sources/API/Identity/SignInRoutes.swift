import Crypto
import Domain
import HTTP
import Service
import Store
import Wire

/// Signing in, staying so, and signing out.
enum SignInRoutes {
    static let all: [APIRoute] = [login, refresh, revoke]

    // MARK: - In

    private struct Login: BodyInput {
        static let example = JSONValue.object([
            ("email", .string("ada@example.org")), ("password", .string("correct horse battery staple")),
        ])

        let email: String
        let password: String
        let organization: UUID?

        init(_ body: inout BodyReader) {
            email = body.text("email", in: 3...320)
            password = body.text("password", in: 1...1_024)
            organization = body.idOrNil("organization_id")
        }
    }

    private static let wrong = Problem(
        .unauthorized, "invalid_credentials", detail: "the e-mail address or the password is wrong")

    private static let login = APIRoute.open(
        "/auth/login",
        RouteWords(
            "login", "Signs a user in", tag: "Identity",
            description: """
                Gives an access token and a refresh token. A user of several organizations names one, or gets the oldest. \
                An unknown address and a wrong password have the same answer.
                """,
            answers: .one(.ok, "The tokens", IssuedTokens.shape),
            .init(.unauthorized, "invalid_credentials", .named("Problem"), contentType: .problem),
            .init(.tooManyRequests, "too_many_requests", .named("Problem"), contentType: .problem)),
        taking: Login.self
    ) { stranger, input in
        let subject = RateBucket.signIn(account: input.email.lowercased())
        if let address = stranger.address { try await stranger.count(.signInFrom(address: address.revealed)) }
        try await stranger.count(subject)
        let account = try await stranger.store.account(email: input.email)
        let isRight = try await stranger.passwords.matches(input.password, account?.passwordHash)
        let wished = input.organization.map { OrganizationID($0) }
        guard isRight, let account, !account.isDisabled, let membership = account.membership(in: wished) else {
            throw wrong
        }
        await stranger.forgive(subject)
        var meta = stranger.meta
        meta.actor = .user(account.id)
        let token = try await stranger.store.signIn(
            account, to: membership.organization, from: stranger.address, meta)
        return IssuedTokens.answer(token, account.id, membership.role, membership.organization, stranger.tokens)
    }

    // MARK: - Staying

    private struct Refresh: BodyInput {
        static let example = JSONValue.object([("refresh_token", .string("llr_…"))])

        let token: String

        init(_ body: inout BodyReader) { token = body.text("refresh_token", in: 1...256) }
    }

    private static let invalid = Problem(
        .unauthorized, "invalid_refresh_token", detail: "sign in again")

    private static let refresh = APIRoute.open(
        "/auth/refresh",
        RouteWords(
            "refresh", "Changes a refresh token for new tokens", tag: "Identity",
            description: """
                Each refresh token is good once. One that comes a second time shows that somebody has a copy: then all that \
                descend from the same sign-in are revoked.
                """,
            answers: .one(.ok, "The tokens", IssuedTokens.shape),
            .init(.unauthorized, "invalid_refresh_token", .named("Problem"), contentType: .problem),
            .init(.tooManyRequests, "too_many_requests", .named("Problem"), contentType: .problem)),
        taking: Refresh.self
    ) { stranger, input in
        if let address = stranger.address { try await stranger.count(.refreshFrom(address: address.revealed)) }
        switch try await stranger.store.rotate(input.token, from: stranger.address, stranger.meta) {
        case .rotated(let token, let user, let organization, let role):
            return IssuedTokens.answer(token, user, role, organization, stranger.tokens)
        case .refused: throw invalid
        case .reused(let user):
            stranger.log.warn("refresh_token_reused", .id("user_id", Token(user.description)))
            throw invalid
        }
    }

    // MARK: - Out

    private static let revoke = APIRoute.open(
        "/auth/revoke",
        RouteWords(
            "revoke", "Signs out", tag: "Identity",
            description: """
                Revokes a refresh token with all that descend from the same sign-in. Access tokens run out by themselves. What \
                is no token has the same answer.
                """,
            answers: .nothing("It is over")),
        taking: Refresh.self
    ) { stranger, input in
        try await stranger.store.revoke(input.token, stranger.meta)
        return .nothing
    }
}

/// What a sign-in or a refresh gives.
struct IssuedTokens: Sendable {
    let access: String
    let refresh: FreshToken
    let lifetime: Duration
    let user: UserID
    let organization: OrganizationID
    let role: UserRole

    static let shape = JSONShape<IssuedTokens>(
        "Tokens",
        [
            .text("access_token", "eyJ…") { $0.access },
            .text("token_type", "Bearer") { _ in "Bearer" },
            .number("expires_in", 1_800) { $0.lifetime.components.seconds },
            .text("refresh_token", "llr_…") { $0.refresh.text },
            .time("refresh_expires_at") { $0.refresh.expiresAt },
            .id("user_id") { $0.user },
            .id("organization_id") { $0.organization },
            .word("role") { $0.role },
        ])

    static func answer(
        _ refresh: FreshToken, _ user: UserID, _ role: UserRole, _ organization: OrganizationID, _ tokens: TokenOffice
    ) -> Answer {
        let access = tokens.accessToken(
            for: user, role: role, family: refresh.family, in: organization, at: .now)
        return .one(
            IssuedTokens(
                access: access, refresh: refresh, lifetime: tokens.lifetime, user: user, organization: organization,
                role: role), shape)
    }
}
