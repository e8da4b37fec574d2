package import Crypto
import Wire

/// The secrets that webhooks and posts to tools are signed with, as they lie in the database: sealed with a key that follows from the
/// house's, if there is one. A box opens for its own holder only.
package struct EndpointSecrets: Sendable {
    /// As the receiver is shown it; the keyed hash takes the bytes behind it.
    package static let mark = "whsec_"

    /// As it lies in a row.
    package struct Kept: Hashable, Sendable {
        let bytes: [UInt8]
        let isSealed: Bool
    }

    /// Whose a secret is.
    package enum Holder: Hashable, Sendable {
        case endpoint(UUID)
        case tools(of: UUID)
    }

    private let box: SealedBox?

    /// `setting` is the house's key: 32 bytes in base64.
    package init(setting text: String?) throws(SealingError) {
        guard let text else {
            box = nil
            return
        }
        guard let bytes = try? Base64.standard.decode(text), bytes.count == SealedBox.keyByteCount else {
            throw .notAKey
        }
        let own = HMACSHA256.code(for: Array("webhook endpoints".utf8).span, key: Secret(copying: bytes))
        box = SealedBox(key: Secret(copying: own))
    }

    package static func make() -> Secret { .random(count: WebhookLimits.secretBytes) }

    package static func text(of secret: Secret) -> String {
        secret.withBytes { (bytes: Span<UInt8>) in mark + Base64.standard.encode(bytes) }
    }

    package func kept(_ secret: Secret, of holder: Holder) -> Kept {
        guard let box else {
            return Kept(bytes: secret.withBytes { span in span.indices.map { span[$0] } }, isSealed: false)
        }
        let place = Self.place(holder)
        return Kept(bytes: secret.withBytes { box.seal($0, associated: place.span) }, isSealed: true)
    }

    package func opened(_ kept: Kept, of holder: Holder) throws(EndpointSecretsFailure) -> Secret {
        guard kept.isSealed else { return Secret(copying: kept.bytes) }
        guard let box else { throw .noKey }
        do throws(SealedBox.Failure) {
            return try box.open(kept.bytes.span, associated: Self.place(holder).span)
        } catch {
            throw .anotherKey
        }
    }

    private static func place(_ holder: Holder) -> [UInt8] {
        switch holder {
        case .endpoint(let endpoint): Array("webhook endpoint \(endpoint)".utf8)
        case .tools(let organization): Array("tools of \(organization)".utf8)
        }
    }
}
