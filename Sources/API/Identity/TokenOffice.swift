import Crypto
import Domain
import Providers
import Service
import Store
import Wire

/// Makes and reads access tokens, and keeps the keys that follow from the same secret.
///
/// One key signs. A previous one may still be read, so that changing keys signs nobody out.
struct TokenOffice: Sendable {
    static let type = "at+jwt"
    static let issuer = "ledgerline"
    static let audience = "ledgerline-api"
    /// Longer headers hold no token of ours.
    static let headerMax = JWTVerifier.tokenByteMax + 16

    let lifetime: Duration
    /// The public keys, as others fetch them.
    let keySet: [UInt8]
    let cursors: CursorSeal
    let box: SealedBox
    /// Seals places in the log, which tell how much all organizations do together.
    let places: SealedBox
    /// Signs links to recordings.
    let recordings: Crypto.Secret
    /// Hides who is counted from whoever reads the counters.
    let rates: Crypto.Secret
    /// Nobody set a key, so tokens end with the process.
    let isMakeshift: Bool
    private let signer: JWTSigner
    private let verifier: JWTVerifier

    init(_ settings: APISettings) throws {
        var keys: [TokenKey] = []
        if let text = settings.tokenKey { keys.append(try TokenKey(privateKey: text, named: "JWT_PRIVATE_KEY")) }
        if keys.isEmpty, let text = settings.tokenSecret {
            keys.append(try TokenKey(secret: text, named: "JWT_SECRET"))
        }
        isMakeshift = keys.isEmpty
        if keys.isEmpty { keys.append(TokenKey(Ed25519.PrivateKey())) }
        if let text = settings.previousTokenKey {
            keys.append(try TokenKey(privateKey: text, named: "JWT_PREVIOUS_PRIVATE_KEY"))
        }
        if let text = settings.previousTokenSecret {
            keys.append(try TokenKey(secret: text, named: "JWT_PREVIOUS_SECRET"))
        }
        let known = Dictionary(keys.map { ($0.id, $0.key.verificationKey) }) { first, _ in first }
        signer = JWTSigner(keyID: keys[0].id, key: keys[0].key, type: Self.type)
        verifier = JWTVerifier(
            keys: known, policy: .init(type: Self.type, issuer: Self.issuer, audience: Self.audience))
        keySet = JWKSet.document(for: known).bytes()
        lifetime = settings.tokenLifetime
        let root =
            (settings.tokenKey ?? settings.tokenSecret).map { Crypto.Secret(text: $0.revealed) }
            ?? .random(count: 32)
        cursors = CursorSeal(key: Self.derived("cursors", from: root))
        rates = Self.derived("rates", from: root)
        recordings = Self.derived("recordings", from: root)
        guard let box = SealedBox(key: Self.derived("answers", from: root)),
            let places = SealedBox(key: Self.derived("places", from: root))
        else { preconditionFailure("a digest has as many bytes as a box's key") }
        self.box = box
        self.places = places
    }

    private static func derived(_ purpose: String, from root: Crypto.Secret) -> Crypto.Secret {
        Crypto.Secret(copying: HMACSHA256.code(for: Array("ledgerline \(purpose)".utf8).span, key: root))
    }

    // MARK: - Access tokens

    func accessToken(
        for user: UserID, role: UserRole, family: TokenFamilyID, in organization: OrganizationID, at now: Timestamp
    ) -> String {
        signer.sign(
            JWTClaims(
                issuer: Self.issuer, subject: user.description, audience: [Self.audience],
                tokenID: UUID.v7().description, issuedAt: now, expiresAt: now + lifetime, notBefore: now,
                others: [
                    "org": .string(organization.description), "role": .string(role.rawValue),
                    "fam": .string(family.description),
                ]))
    }

    /// Nothing for a token that is not to be accepted, whyever.
    func identity(in token: String, at now: Timestamp = .now) -> Identity? {
        do throws(JWTRefusal) {
            let claims = try verifier.verify(token, at: now)
            guard let user = UUID(claims.subject), let organization = claims.others["org"]?.text.flatMap({ UUID($0) }),
                let family = claims.others["fam"]?.text.flatMap({ UUID($0) }),
                let role = claims.others["role"]?.text.flatMap({ UserRole(rawValue: $0) })
            else { return nil }
            return Identity(
                user: UserID(user), role: role, family: TokenFamilyID(family), of: OrganizationID(organization))
        } catch {
            return nil
        }
    }
}
