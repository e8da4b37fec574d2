package import Domain
package import Wire

/// An API key as it is listed: without its secret, which nobody has but its owner.
package struct APIKeyRow: Sendable {
    package let id: APIKeyID
    package let name: String
    /// What people tell keys apart by; it begins the key.
    package let prefix: String
    package let scopes: [String]
    package let rateTier: String
    package let createdBy: UserID?
    package let createdAt: Timestamp
    package let lastUsedAt: Timestamp?
    package let revokedAt: Timestamp?
}

/// A key as it is presented, and found to be good.
package struct PresentedKey: Sendable {
    package let id: APIKeyID
    package let organization: OrganizationID
    package let scopes: [String]
    /// A tier that this release does not know counts as the usual one.
    package let tier: RateTier
}
