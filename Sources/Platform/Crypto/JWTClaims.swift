package import Wire

/// What a token says (RFC 7519 §4.1). Those made here have all of the named claims; so must those accepted.
package struct JWTClaims: Equatable, Sendable {
    package var issuer: String
    package var subject: String
    package var audience: [String]
    package var tokenID: String
    package var issuedAt: Timestamp
    package var expiresAt: Timestamp
    package var notBefore: Timestamp?
    /// Claims of our own, by name. No secrets and nothing personal: anybody can read a token.
    package var others: [String: JSONValue]

    package init(
        issuer: String, subject: String, audience: [String], tokenID: String, issuedAt: Timestamp, expiresAt: Timestamp,
        notBefore: Timestamp? = nil, others: [String: JSONValue] = [:]
    ) {
        (self.issuer, self.subject, self.audience, self.tokenID) = (issuer, subject, audience, tokenID)
        (self.issuedAt, self.expiresAt, self.notBefore) = (issuedAt, expiresAt, notBefore)
        self.others = others
    }
}
