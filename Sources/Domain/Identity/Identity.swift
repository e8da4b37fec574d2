/// Who asks, for whom, and what they may do.
package struct Identity: Hashable, Sendable {
    package enum Caller: Hashable, Sendable {
        /// Signed in; the family is that of the tokens.
        case user(UserID, UserRole, TokenFamilyID)
        case apiKey(APIKeyID)
    }

    package let organization: OrganizationID
    package let caller: Caller
    package let scopes: Set<Scope>

    package init(user: UserID, role: UserRole, family: TokenFamilyID, of organization: OrganizationID) {
        self.organization = organization
        caller = .user(user, role, family)
        scopes = role.scopes
    }

    package init(apiKey: APIKeyID, scopes: Set<Scope>, of organization: OrganizationID) {
        self.organization = organization
        caller = .apiKey(apiKey)
        self.scopes = scopes
    }

    package func may(_ scope: Scope) -> Bool { scopes.contains(scope) }

    /// Nobody hands on more than they have.
    package func mayGrant(_ scopes: some Sequence<Scope>) -> Bool { scopes.allSatisfy(may) }

    package var actor: Actor {
        switch caller {
        case .user(let user, _, _): .user(user)
        case .apiKey(let key): .apiKey(key)
        }
    }
}
