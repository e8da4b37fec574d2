import Loop
import TestKit
import Testing

@testable import Postgres

/// TLS from libpq to a real end of it: pgbouncer's, because the Postgres that tests bring along is built without TLS.
@Suite(.serialized, .timeLimit(.minutes(2))) struct EncryptionTests {
    /// Opens a connection with these settings, and answers what `body` finds with it.
    private static func connect(
        to names: [String], trusting authority: @escaping @Sendable (TestCertificates) -> String, _ settings: String
    ) async throws -> Bool {
        try await Loops.with { loops in
            try await PrivatePostgres.with { server in
                try await TemporaryFolder.with { folder in
                    let certificates = try await TestCertificates(in: folder, on: loops.first)
                    let identity = try await certificates.issue("server", for: names)
                    return try await PgBouncer.with(
                        before: try server.port, certificate: identity, in: folder, on: loops.first
                    ) { pooler in
                        var configuration = try PostgresConfiguration(
                            "host=localhost port=\(pooler.port) user=ledgerline dbname=ledgerline "
                                + "sslrootcert=\(authority(certificates)) \(settings)")
                        configuration.isBehindPooler = true
                        let pool = PostgresPool(configuration, on: loops.first)
                        let open = try await PostgresConnection.open(configuration, on: loops.first) { _ in }
                        open.close()
                        #expect(try await pool.query("SELECT \(7)").one.decode(Int.self) == 7)
                        let isEncrypted = try await pool.withConnection { $0.isEncrypted }
                        await pool.close()
                        return isEncrypted
                    }
                }
            }
        }
    }

    private static func fault(
        to names: [String], trusting authority: @escaping @Sendable (TestCertificates) -> String, _ settings: String
    ) async throws -> ConnectFault? {
        do {
            _ = try await connect(to: names, trusting: authority, settings)
        } catch let error as PostgresError {
            #expect(error.code == .connectFailed)
            return error.connectFault
        }
        return nil
    }

    @Test func `a certificate for the host, from an authority that is trusted, opens an encrypted connection`()
        async throws
    {
        let isEncrypted = try await Self.connect(
            to: ["DNS:localhost"], trusting: \.authority, "sslmode=verify-full")
        #expect(isEncrypted)
    }

    @Test func `a certificate for another host is refused`() async throws {
        let fault = try await Self.fault(
            to: ["DNS:other.example"], trusting: \.authority, "sslmode=verify-full")
        #expect(fault == .certificateOfOtherHost)
    }

    @Test func `a certificate of an authority we don't know is refused`() async throws {
        let fault = try await Self.fault(to: ["DNS:localhost"], trusting: \.stranger, "sslmode=verify-full")
        #expect(fault == .certificateNotTrusted)
    }

    @Test func `an authority that is not there is named as the trouble`() async throws {
        let fault = try await Self.fault(
            to: ["DNS:localhost"], trusting: { $0.authority + ".gone" }, "sslmode=verify-full")
        #expect(fault == .authorityFileMissing)
    }

    @Test func `a server that demands encryption says so to who comes without`() async throws {
        let fault = try await Self.fault(to: ["DNS:localhost"], trusting: \.authority, "sslmode=disable")
        #expect(fault == .encryptionDemanded)
    }
}
