package import Domain

/// A user as a sign-in finds them.
package struct Account: Sendable {
    package let id: UserID
    /// Whose part of the log tells of the user.
    package let home: OrganizationID
    package let email: Private<String>
    package let name: Private<String>?
    /// argon2id, as it is stored.
    package let passwordHash: String
    package let isDisabled: Bool
    package let memberships: [Membership]

    package struct Membership: Hashable, Sendable {
        package let organization: OrganizationID
        package let organizationName: String
        package let role: UserRole
    }

    /// The one asked for, or the oldest.
    package func membership(in organization: OrganizationID?) -> Membership? {
        guard let organization else { return memberships.first }
        return memberships.first { $0.organization == organization }
    }
}
