/// `user.revoked`: a user's tokens are no longer good.
package struct UserRevoked: Hashable, Sendable {
    /// None: all of them.
    package var family: TokenFamilyID?
    package var reason: RevocationReason

    package init(family: TokenFamilyID? = nil, reason: RevocationReason) {
        self.family = family
        self.reason = reason
    }
}
