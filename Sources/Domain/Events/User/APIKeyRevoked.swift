/// `api_key.revoked`: the key is no longer good.
package struct APIKeyRevoked: Hashable, Sendable {
    package var reason: RevocationReason

    package init(reason: RevocationReason) {
        self.reason = reason
    }
}
