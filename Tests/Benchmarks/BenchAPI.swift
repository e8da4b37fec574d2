import Crypto
import Domain
import Foundation
import Loop
import Postgres
import Store
import Wire

/// Our API's own process on a core of its own, over a database of its own, and a pass to it.
enum BenchAPI {
    static let secret = "a-secret-of-a-benchmark-that-is-long-enough"

    /// `database` of the server that `url` names.
    static func address(_ url: String, of database: String) throws -> String {
        guard var parts = URLComponents(string: url) else { throw Trouble("\(url) is no URL") }
        parts.path = "/" + database
        guard let text = parts.string else { throw Trouble("\(url) can't name another database") }
        return text
    }

    /// What the owner of an organization shows.
    static func token(of organization: Crypto.UUID) throws -> String {
        let claims = JWTClaims(
            issuer: "ledgerline", subject: UUID.v7().description, audience: ["ledgerline-api"],
            tokenID: UUID.v7().description, issuedAt: .now, expiresAt: .now + .seconds(3_600), notBefore: nil,
            others: [
                "org": .string(organization.description), "role": .string("owner"),
                "fam": .string(UUID.v7().description),
            ])
        // As the API names its shared secret.
        let named = HMACSHA256.code(for: Array("ledgerline key id".utf8).span, key: Crypto.Secret(text: secret))
        let keyID = Array(named.prefix(8))
        guard let shared = JWTSharedKey(Crypto.Secret(text: secret)) else { throw Trouble("the secret is too short") }
        return JWTSigner(keyID: "hs-" + Hex.encode(keyID.span), key: .hs256(shared), type: "at+jwt").sign(claims)
    }

    /// On core 0, with one loop.
    static func start(port: UInt16, _ environment: [String: String]) throws -> Child {
        let program = URL(filePath: Child.ownPath).deletingLastPathComponent().appending(path: "ledgerline-api").path
        guard access(program, X_OK) == 0 else {
            throw Trouble("\(program) is not there: build it as this was built, with --product ledgerline-api")
        }
        let own = [
            "JWT_SECRET": secret, "LEDGERLINE_RATE_READS": "1000000", "LEDGERLINE_RATE_WEBHOOKS": "1000000",
            "LEDGERLINE_LOOPS": "1", "LEDGERLINE_LOG_FORMAT": "json", "PORT": "\(port)",
        ]
        return try Child(core: 0, program, [], environment: environment.merging(own) { $1 }, silent: true)
    }

    /// A fresh database with the schema and one organization in it.
    static func make(_ database: String, for organization: Crypto.UUID) throws {
        let (owner, name) = (try StoreContests.address("DATABASE_OWNER_URL"), try Identifier(database))
        let own = try address(owner, of: database)
        try Loops.run(1, name: "make") { loops in
            let server = PostgresPool(try PostgresConfiguration(owner), on: loops.first)
            try await server.execute("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
            try await server.execute("CREATE DATABASE \(name)")
            await server.close()
            let configuration = try PostgresConfiguration(own)
            try await Migrator(configuration, on: loops.first, folder: "Migrations").apply()
            let pool = PostgresPool(configuration, on: loops.first)
            try await pool.execute(
                "INSERT INTO organizations (organization_id, name) VALUES (\(organization), 'bench')")
            await pool.close()
        }
    }

    static func drop(_ database: String) {
        do {
            let (owner, name) = (try StoreContests.address("DATABASE_OWNER_URL"), try Identifier(database))
            try Loops.run(1, name: "drop") { loops in
                let pool = PostgresPool(try PostgresConfiguration(owner), on: loops.first)
                try await pool.execute("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
                await pool.close()
            }
        } catch { print("  the database \(database) stayed behind: \(error)") }
    }
}
