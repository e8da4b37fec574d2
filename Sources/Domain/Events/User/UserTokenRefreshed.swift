/// `user.token_refreshed`: a refresh token was changed for a new one.
package struct UserTokenRefreshed: Hashable, Sendable {
    package var family: TokenFamilyID

    package init(family: TokenFamilyID) {
        self.family = family
    }
}
