/// `user.signed_in`: a user signed in.
package struct UserSignedIn: Hashable, Sendable {
    package var family: TokenFamilyID
    package var address: Private<String>?

    package init(family: TokenFamilyID, address: Private<String>? = nil) {
        self.family = family
        self.address = address
    }
}
