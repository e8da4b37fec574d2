/// Why tokens or a key are no longer good.
package enum RevocationReason: String, Hashable, Sendable, CaseIterable {
    case signedOut = "signed_out"
    case byAdmin = "by_admin"
    case tokenReused = "token_reused"
    case passwordChanged = "password_changed"
    case rotated
}
