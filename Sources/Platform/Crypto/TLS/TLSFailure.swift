import COpenSSL

/// Why a TLS connection did not come about or could not go on. Holds nothing that was sent over it.
package struct TLSFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// The file of authorities cannot be read or holds none.
        case unreadableAuthorities
        /// No trusted authority vouches for the certificate.
        case unknownAuthority
        case expired
        /// The certificate is another host's.
        case wrongHost
        /// The certificate fails for another reason, which the detail names.
        case badCertificate
        /// The peer does not speak TLS, or not as it should; the detail is the library's reason.
        case protocolViolated
        /// The peer closed in mid-conversation.
        case closed
    }

    package let code: Code
    package let detail: String

    init(_ code: Code, _ detail: String = "") {
        self.code = code
        self.detail = detail
    }

    /// From the result of verifying a certificate.
    init(verification result: Int) {
        let text = unsafe X509_verify_cert_error_string(result).map { unsafe String(cString: $0) } ?? "\(result)"
        let code: Code =
            switch Int32(truncatingIfNeeded: result) {
            case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: .wrongHost
            case X509_V_ERR_CERT_HAS_EXPIRED: .expired
            case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
                X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
                X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
                .unknownAuthority
            default: .badCertificate
            }
        self.init(code, text)
    }

    /// From the library's error queue, which it empties.
    static func queued(_ code: Code) -> TLSFailure {
        let number = ERR_get_error()
        ERR_clear_error()
        let reason = unsafe ERR_reason_error_string(number).map { unsafe String(cString: $0) }
        return TLSFailure(code, reason ?? "no reason given")
    }

    package var description: String { detail.isEmpty ? "TLS: \(code)" : "TLS: \(code) (\(detail))" }
}
