/// Whose word is taken for who a server is.
package enum TLSTrust: Hashable, Sendable {
    /// The certificate authorities that the system trusts.
    case system
    /// The authorities in one PEM file, and no others.
    case authorities(file: String)
}
