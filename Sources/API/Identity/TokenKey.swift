import Crypto
import Service
import Wire

/// A key for access tokens as the settings hold it, with the name that verifiers know it by.
struct TokenKey: Sendable {
    /// Why a setting's text is no key.
    enum Fault: Error, Harmless {
        case privateKey(StaticString)
        case secret(StaticString)

        var description: String {
            switch self {
            case .privateKey(let name):
                "\(name) is no Ed25519 key: give its 32 bytes in base64, or PKCS #8 as `openssl genpkey -algorithm ed25519` writes it"
            case .secret(let name): "\(name) is shorter than \(JWTSharedKey.byteMin) bytes"
            }
        }
    }

    let id: String
    let key: JWTSigningKey

    /// An Ed25519 key's name is its thumbprint (RFC 7638), so that two processes with one key agree on it.
    init(_ key: Ed25519.PrivateKey) {
        let x = Base64.url.encode(key.publicKey.bytes.span)
        let canonical = #"{"crv":"Ed25519","kty":"OKP","x":"\#(x)"}"#
        id = Base64.url.encode(HashFunction.sha256.digest(of: Array(canonical.utf8)).span)
        self.key = .ed25519(key)
    }

    init(privateKey text: Service.Secret, named name: StaticString) throws(Fault) {
        guard let seed = Self.seed(text.revealed), let key = Ed25519.PrivateKey(seed: Crypto.Secret(copying: seed))
        else {
            throw .privateKey(name)
        }
        self.init(key)
    }

    init(secret text: Service.Secret, named name: StaticString) throws(Fault) {
        let secret = Crypto.Secret(text: text.revealed)
        guard let key = JWTSharedKey(secret) else { throw .secret(name) }
        let code = HMACSHA256.code(for: Array("ledgerline key id".utf8).span, key: secret)
        id = "hs-" + Hex.encode(Array(code.prefix(8)).span)
        self.key = .hs256(key)
    }

    /// How PKCS #8 begins for this kind of key; its 32 bytes follow.
    private static let pkcs8: [UInt8] = [
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]

    private static func seed(_ text: String) -> [UInt8]? {
        let lines = text.replacing("\\n", with: "\n").split { $0 == "\n" || $0 == "\r\n" || $0 == " " }
        let bare = lines.filter { !$0.hasPrefix("-----") && !["PRIVATE", "KEY-----"].contains($0) }.joined()
        let coding = bare.contains(where: { "-_".contains($0) }) || bare.count % 4 != 0 ? Base64.url : Base64.standard
        let bytes: [UInt8]
        do { bytes = try coding.decode(bare) } catch { return nil }
        if bytes.count == Ed25519.keyByteCount { return bytes }
        guard bytes.count == pkcs8.count + Ed25519.keyByteCount, bytes.starts(with: pkcs8) else { return nil }
        return Array(bytes[pkcs8.count...])
    }
}
