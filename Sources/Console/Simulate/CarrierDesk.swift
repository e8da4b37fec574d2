import Crypto
import Domain
import Glibc
import Wire

/// What the simulated carrier and the system agree on, and who owns the organization that plays: a file for its owner's eyes.
struct CarrierDesk {
    static let organization = "Demo"
    /// Where the simulated carrier takes commands, unless told otherwise.
    static let port: UInt16 = 8_090

    let apiKey: String
    let webhookKey: Ed25519.PrivateKey
    let email: String
    let password: String
    let port: UInt16

    /// A new one, with keys and an owner of its own: the password of whoever was there before may be lost.
    static func make(port: UInt16) -> JSONValue {
        .object([
            ("port", .integer(Int64(port))), ("api_key", .string(secret())), ("webhook_seed", .string(secret())),
            ("email", .string("owner-\(UInt32.random(in: 0 ... .max))@demo.example")),
            ("password", .string(secret(bytes: 15))),
        ])
    }

    private static func secret(bytes: Int = 32) -> String {
        Crypto.Secret.random(count: bytes).withBytes { Base64.standard.encode($0) }
    }

    init(_ path: String) throws(Trouble) {
        let document: JSONValue
        do { document = try JSONValue(json: Files.read(path)) } catch let trouble as Trouble {
            throw Trouble("\(trouble); `make run` writes it")
        } catch {
            throw Trouble("\(path) is no JSON; delete it, and `make run` writes another one")
        }
        guard let apiKey = document["api_key"]?.text, let text = document["webhook_seed"]?.text,
            let seed = try? Base64.standard.decode(text),
            let webhookKey = Ed25519.PrivateKey(seed: Crypto.Secret(copying: seed)),
            let email = document["email"]?.text, let password = document["password"]?.text,
            let port = document["port"]?.wholeNumber.flatMap({ UInt16(exactly: $0) })
        else { throw Trouble("\(path) lacks something; delete it, and `make run` writes another one") }
        (self.apiKey, self.webhookKey, self.email) = (apiKey, webhookKey, email)
        (self.password, self.port) = (password, port)
    }

    /// The settings of processes whose carrier it is, a line each. The tools of stories are on this machine too.
    var environment: String {
        """
        TELNYX_API_URL=http://127.0.0.1:\(port)/v2
        TELNYX_API_KEY=\(apiKey)
        TELNYX_PUBLIC_KEYS=\(Base64.standard.encode(webhookKey.publicKey.bytes.span))
        TELNYX_CONNECTION_ID=simulated
        LEDGERLINE_WEBHOOKS_TO_PRIVATE=true
        """
    }
}
