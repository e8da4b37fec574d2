import COpenSSL
package import Wire

/// The client's side of one TLS connection as a pure step between a socket and a codec: it has no socket, only bytes.
///
/// What came from the socket goes in by `receive`, what is to be said goes in by `send`, and what must be written to the
/// socket is taken out by `collect` after either. The server's certificate is always verified, and so is that it is the named
/// host's. After a thrown failure, `collect` once more (the alert for the peer) and give the connection up.
@safe package struct TLSPipe: ~Copyable {
    package enum State: Hashable, Sendable {
        /// → open
        case shakingHands
        /// → ended
        case open
        /// The peer has said goodbye; nothing more will come.
        case ended
    }

    package private(set) var state = State.shakingHands
    private let ssl: OpaquePointer
    /// Both belong to `ssl`, which frees them.
    private let inbound: OpaquePointer
    private let outbound: OpaquePointer

    /// Begins the handshake with `host`, a name or an IP literal: `collect` has the first bytes at once.
    package static func begin(with host: String, in context: TLSClientContext) throws(TLSFailure) -> TLSPipe {
        ERR_clear_error()
        guard let ssl = unsafe SSL_new(context.handle), let inbound = unsafe BIO_new(BIO_s_mem()),
            let outbound = unsafe BIO_new(BIO_s_mem())
        else { preconditionFailure("OpenSSL could not make a connection: out of memory") }
        var pipe = unsafe TLSPipe(owning: ssl, inbound, outbound)
        unsafe tls_never_ends(inbound)
        unsafe tls_never_ends(outbound)
        unsafe SSL_set_bio(ssl, inbound, outbound)
        unsafe SSL_set_connect_state(ssl)
        let parameters = unsafe SSL_get0_param(ssl)
        if unsafe X509_VERIFY_PARAM_set1_ip_asc(parameters, host) != 1 {
            // Not an address, so a name: it is checked, and told to the server, which may serve several.
            ERR_clear_error()
            unsafe SSL_set_hostflags(ssl, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
            guard unsafe SSL_set1_host(ssl, host) == 1, unsafe tls_name_server(ssl, host) == 1 else {
                throw .queued(.wrongHost)
            }
        }
        try pipe.shakeHands()
        return pipe
    }

    private init(owning ssl: OpaquePointer, _ inbound: OpaquePointer, _ outbound: OpaquePointer) {
        unsafe self.ssl = ssl
        unsafe self.inbound = inbound
        unsafe self.outbound = outbound
    }

    deinit { unsafe SSL_free(ssl) }

    /// Takes everything that came from the socket, and appends what it said to `plain`.
    package mutating func receive(_ wire: inout ByteQueue, into plain: inout ByteQueue) throws(TLSFailure) {
        ERR_clear_error()
        let (count, taken) = unsafe wire.withUnsafeBytes { bytes in
            let count = Int32(clamping: bytes.count)
            return unsafe (count, count == 0 ? 0 : BIO_write(inbound, bytes.baseAddress, count))
        }
        precondition(taken == count, "a memory BIO refused bytes: out of memory")
        wire.consume(Int(count))
        if state == .shakingHands { try shakeHands() }
        while state == .open {
            var result: Int32 = 0
            unsafe plain.append(upTo: 16 * 1024) { room in
                unsafe result = SSL_read(ssl, room.baseAddress, Int32(clamping: room.count))
                return Int(max(result, 0))
            }
            if result > 0 { continue }
            switch unsafe SSL_get_error(ssl, result) {
            case SSL_ERROR_WANT_READ: return
            case SSL_ERROR_ZERO_RETURN: state = .ended
            default: throw failure()
            }
        }
    }

    /// Encrypts and takes everything in `plain`; only once the pipe is open.
    package mutating func send(_ plain: inout ByteQueue) throws(TLSFailure) {
        precondition(state == .open, "said something on a TLS connection that is not open")
        ERR_clear_error()
        while !plain.isEmpty {
            let written = unsafe plain.withUnsafeBytes { bytes in
                unsafe SSL_write(ssl, bytes.baseAddress, Int32(clamping: bytes.count))
            }
            // A memory BIO takes everything, so anything else than success is final.
            guard written > 0 else { throw failure() }
            plain.consume(Int(written))
        }
    }

    /// Moves what must go to the socket to the end of `wire`.
    package mutating func collect(into wire: inout ByteQueue) {
        while true {
            let pending = unsafe BIO_ctrl_pending(outbound)
            guard pending > 0 else { return }
            unsafe wire.append(upTo: pending) { room in
                Int(max(unsafe BIO_read(outbound, room.baseAddress, Int32(clamping: min(room.count, pending))), 0))
            }
        }
    }

    private mutating func shakeHands() throws(TLSFailure) {
        let result = unsafe SSL_do_handshake(ssl)
        if result == 1 { return state = .open }
        guard unsafe SSL_get_error(ssl, result) == SSL_ERROR_WANT_READ else { throw failure() }
    }

    private func failure() -> TLSFailure {
        let verification = unsafe SSL_get_verify_result(ssl)
        if verification != Int(X509_V_OK) {
            ERR_clear_error()
            return TLSFailure(verification: verification)
        }
        return .queued(.protocolViolated)
    }
}
