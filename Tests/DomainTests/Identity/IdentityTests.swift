import Domain
import Testing

/// What roles and keys may do.
struct IdentityTests {
    private static let organization = OrganizationID(value: 1)

    private static func user(_ role: UserRole) -> Identity {
        Identity(user: UserID(value: 2), role: role, family: TokenFamilyID(value: 3), of: organization)
    }

    @Test func `each role may do what the one below it may, and more`() {
        let roles: [UserRole] = [.viewer, .analyst, .developer, .admin, .owner]
        #expect(Set(roles) == Set(UserRole.allCases))
        for (lower, higher) in zip(roles, roles.dropFirst()) {
            #expect(lower.scopes.isStrictSubset(of: higher.scopes), "\(lower) and \(higher)")
        }
        #expect(UserRole.owner.scopes == Set(Scope.allCases))
    }

    @Test func `looking is not changing`() {
        #expect(!Self.user(.viewer).may(.callsWrite) && !Self.user(.analyst).may(.callsWrite))
        #expect(Self.user(.developer).may(.callsWrite) && !Self.user(.developer).may(.keysWrite))
        #expect(Self.user(.admin).may(.keysWrite) && !Self.user(.admin).may(.usersWrite))
    }

    @Test func `nobody hands on more than they have`() {
        let key = Identity(apiKey: APIKeyID(value: 4), scopes: [.callsRead, .keysWrite], of: Self.organization)
        #expect(key.mayGrant([.callsRead]) && key.mayGrant([Scope]()))
        #expect(!key.mayGrant([.callsRead, .callsWrite]))
        #expect(key.actor == .apiKey(APIKeyID(value: 4)) && Self.user(.owner).actor == .user(UserID(value: 2)))
    }
}
