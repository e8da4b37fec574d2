import COpenSSL

/// What all TLS connections of one client share: the authorities it trusts, and the rule that nothing older than
/// TLS 1.2 is spoken and no unverified certificate accepted.
///
/// OpenSSL counts references to a context atomically and does not change it once made, so any thread may use it.
@safe package final class TLSClientContext: @unchecked Sendable {
    let handle: OpaquePointer

    package convenience init(trusting trust: TLSTrust) throws(TLSFailure) {
        ERR_clear_error()
        guard let handle = unsafe SSL_CTX_new(TLS_client_method()) else {
            preconditionFailure("OpenSSL could not make a context: out of memory")
        }
        unsafe self.init(owning: handle)
        precondition(unsafe tls_require_1_2(handle) == 1, "OpenSSL knows no TLS 1.2")
        unsafe SSL_CTX_set_verify(handle, SSL_VERIFY_PEER, nil)
        let loaded =
            switch trust {
            case .system: unsafe SSL_CTX_set_default_verify_paths(handle)
            case .authorities(let file): unsafe SSL_CTX_load_verify_locations(handle, file, nil)
            }
        guard loaded == 1 else { throw .queued(.unreadableAuthorities) }
    }

    private init(owning handle: OpaquePointer) { unsafe self.handle = handle }

    deinit { unsafe SSL_CTX_free(handle) }
}
