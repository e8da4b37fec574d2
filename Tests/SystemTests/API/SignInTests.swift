import Crypto
import Domain
import Postgres
import TestKit
import Testing
import Wire

/// Signing in, staying so, and signing out, over the real process.
@Suite(.timeLimit(.minutes(3)), .serialized) struct SignInTests {
    @Test func `who signs in gets tokens that say who they are`() async throws {
        try await APIUnderTest.with { api in
            let answer = try await api.logIn(api.first.email(.analyst).uppercased())
            #expect(answer.status == 200, "\(answer.raw.text)")
            #expect(answer.raw["cache-control"] == "no-store")
            #expect(answer.raw["x-content-type-options"] == "nosniff")
            let access = try #require(try answer.json["access_token"]?.text)
            #expect(try answer.json["expires_in"]?.wholeNumber == 1800)
            let me = try await api.get("/auth/me", token: access)
            #expect(me.status == 200, "\(me.raw.text)")
            #expect(try me.json["email"]?.text == api.first.email(.analyst))
            #expect(try me.json["role"]?.text == "analyst")
            #expect(try me.json["organization_id"]?.text == api.first.organization.description)
            #expect(try me.json["organization_name"]?.text == "first")
            let user = try await api.user(api.first.email(.analyst))
            #expect(try await api.types(of: user) == ["user.created", "user.signed_in"])
        }
    }

    @Test func `an unknown address and a wrong password have one answer`() async throws {
        try await APIUnderTest.with { api in
            let wrong = try await api.logIn(api.first.email(.owner), password: "not this one at all")
            let unknown = try await api.logIn("nobody@first.example")
            #expect(wrong.status == 401 && unknown.status == 401)
            #expect(wrong.raw.body == unknown.raw.body)
            #expect(try wrong.code == "invalid_credentials")
            let other = try await api.post(
                "/auth/login",
                #"{"email":"\#(api.first.email(.owner))","password":"\#(APIUnderTest.password)","organization_id":"\#(api.second.organization)"}"#
            )
            #expect(other.status == 401, "nobody signs in to an organization that they are not of")
        }
    }

    @Test func `trying without end is refused, for the account and for nobody else`() async throws {
        try await APIUnderTest.with { api in
            let email = api.first.email(.viewer)
            for _ in 0..<10 { #expect(try await api.logIn(email, password: "wrong").status == 401) }
            let refused = try await api.logIn(email)
            #expect(refused.status == 429)
            #expect(try refused.code == "too_many_requests")
            #expect(Int(refused.raw["retry-after"] ?? "").map { (1...300).contains($0) } == true)
            #expect(try await api.logIn(api.first.email(.admin)).status == 200)
        }
    }

    @Test func `a refresh token is good once, and a second time revokes its family`() async throws {
        try await APIUnderTest.with { api in
            let tokens = try await api.tokens(.developer)
            let other = try await api.tokens(.developer)
            let second = try await api.refresh(tokens.refresh)
            #expect(second.status == 200, "\(second.raw.text)")
            let newer = try #require(try second.json["refresh_token"]?.text)
            #expect(newer != tokens.refresh)
            #expect(try second.json["role"]?.text == "developer")

            let reused = try await api.refresh(tokens.refresh)
            #expect(reused.status == 401)
            #expect(try reused.code == "invalid_refresh_token")
            #expect(try await api.refresh(newer).status == 401, "its successor is revoked too")
            #expect(try await api.refresh(tokens.refresh).status == 401)
            #expect(try await api.refresh(other.refresh).status == 200, "another sign-in is not touched")
            let user = try await api.user(api.first.email(.developer))
            #expect(
                try await api.types(of: user) == [
                    "user.created", "user.signed_in", "user.signed_in", "user.token_refreshed",
                    "user.token_reuse_detected", "user.revoked", "user.token_refreshed",
                ])
            #expect(api.process.process.output.contains("refresh_token_reused"))
            #expect(!api.process.process.output.contains(newer))
        }
    }

    @Test func `of many who bring one token at once, one gets a successor`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens().refresh
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 { group.addTask { try await api.refresh(token).status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 200 } == 1)
            #expect(statuses.count { $0 == 401 } == 7)
        }
    }

    @Test func `signing out ends the family, and tells nobody what was a token`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens().refresh
            for text in [token, token, "llr_never", "x"] {
                let answer = try await api.post("/auth/revoke", #"{"refresh_token":"\#(text)"}"#)
                #expect(answer.status == 204 && answer.raw.body.isEmpty)
            }
            #expect(try await api.refresh(token).status == 401)
            #expect(
                try await api.owner.query("SELECT count(*) FROM events WHERE type = 'user.revoked'").one.decode(
                    Int.self) == 1)
        }
    }

    @Test func `who is disabled or no longer a member does not stay`() async throws {
        try await APIUnderTest.with { api in
            let (disabled, gone) = (try await api.tokens(.admin).refresh, try await api.tokens(.viewer).refresh)
            try await api.owner.execute(
                "UPDATE users SET disabled_at = clock_timestamp() WHERE email = \(api.first.email(.admin))")
            try await api.owner.execute(
                "DELETE FROM memberships WHERE user_id = \(try await api.user(api.first.email(.viewer)))")
            #expect(try await api.refresh(disabled).status == 401)
            #expect(try await api.refresh(gone).status == 401)
            #expect(try await api.logIn(api.first.email(.admin)).status == 401)
            #expect(try await api.logIn(api.first.email(.viewer)).status == 401)
        }
    }
}
