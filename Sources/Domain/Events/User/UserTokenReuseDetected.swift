/// `user.token_reuse_detected`: a refresh token came that had been changed already: somebody has a copy.
package struct UserTokenReuseDetected: Hashable, Sendable {
    package var family: TokenFamilyID
    package var address: Private<String>?

    package init(family: TokenFamilyID, address: Private<String>? = nil) {
        self.family = family
        self.address = address
    }
}
