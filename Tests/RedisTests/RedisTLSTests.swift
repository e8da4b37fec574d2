import Crypto
import Loop
import Redis
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1))) struct RedisTLSTests {
    @Test func `a certificate of the right authority for the right host is accepted, by name and by address`()
        async throws
    {
        try await onTLS("DNS:localhost", "IP:127.0.0.1") { port, certificates, desk in
            for host in ["localhost", "127.0.0.1"] {
                let settings = try settings(host, port, trusting: certificates.authority)
                try await desk.with(settings) { client in
                    try await desk.untilConnected(client)
                    let large = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }
                    try await client.set("large", to: large)
                    #expect(try await client.get("large") == large)
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for task in 0..<200 {
                            group.addTask(executorPreference: desk.loop) {
                                let reply = try await client.command("ECHO", .number(task))
                                #expect(reply.integer == task)
                            }
                        }
                        try await group.waitForAll()
                    }
                    #expect(try await client.read([("s", .end)], limit: 1, block: .milliseconds(5)).isEmpty)
                }
            }
        }
    }

    @Test func `another host's certificate is refused`() async throws {
        try await onTLS("DNS:elsewhere.test", "IP:10.9.8.7") { port, certificates, desk in
            for host in ["localhost", "127.0.0.1"] {
                try await refused(settings(host, port, trusting: certificates.authority), .wrongHost, desk)
            }
        }
    }

    @Test func `an expired certificate is refused`() async throws {
        try await onTLS("DNS:localhost", days: -1) { port, certificates, desk in
            try await refused(settings("localhost", port, trusting: certificates.authority), .expired, desk)
        }
    }

    @Test func `an unknown authority is refused, whether we trust another one or the system's`() async throws {
        try await onTLS("DNS:localhost") { port, certificates, desk in
            try await refused(settings("localhost", port, trusting: certificates.stranger), .unknownAuthority, desk)
            try await refused(settings("localhost", port, trusting: nil), .unknownAuthority, desk)
        }
    }

    @Test func `a server without TLS is not spoken to`() async throws {
        try await onLoop { desk in
            let server = try PeerServer(on: desk.loop) { _, peer in peer.send("-ERR what is this\r\n") }
            defer { server.close() }
            try await refused(settings("localhost", server.port, trusting: nil), .protocolViolated, desk)
        }
    }

    @Test func `a file that holds no authority is refused before anything is sent`() async throws {
        try await onLoop { desk in
            let settings = try settings("localhost", 1, trusting: "/dev/null")
            do throws(RedisError) {
                _ = try RedisClient(settings, on: desk.loop, resolver: desk.resolver)
                Issue.record("accepted")
            } catch {
                guard case .tls(let failure) = error.code else {
                    Issue.record(error)
                    return
                }
                #expect(failure.code == .unreadableAuthorities)
            }
        }
    }
}

private func settings(_ host: String, _ port: UInt16, trusting file: String?) throws -> RedisSettings {
    var settings = RedisSettings(address: try RedisAddress("rediss://\(host):\(port)"))
    if let file { settings.trust = .authorities(file: file) }
    return settings
}

private func refused(_ settings: RedisSettings, _ expected: TLSFailure.Code, _ desk: Desk) async throws {
    try await desk.with(settings) { client in
        try await desk.loop.until("the refusal") { client.statistics.connectionsFailed >= 1 }
        #expect(client.statistics.connectionsMade == 0)
        guard case .tls(let failure) = client.health.lastFailure else {
            Issue.record("failed otherwise: \(String(describing: client.health.lastFailure))")
            return
        }
        #expect(failure.code == expected)
    }
}

private func onTLS(
    _ names: String..., days: Int = 2,
    _ body: @escaping @Sendable (UInt16, TestCertificates, Desk) async throws -> Void
) async throws {
    try await onLoop { desk in
        try await TemporaryFolder.with { folder in
            let certificates = try await TestCertificates(in: folder, on: desk.loop)
            let server = try await certificates.issue("server", for: names, days: days)
            // A port that was free a moment ago: redis-server cannot be asked to choose one.
            let probe = try Socket.listen("127.0.0.1", port: 0)
            let port = try Socket.localPort(probe)
            Socket.close(probe)
            let arguments = [
                "--tls-port", "\(port)", "--bind", "127.0.0.1", "-::1", "--tls-cert-file", server.certificate,
                "--tls-key-file", server.key, "--tls-ca-cert-file", certificates.authority, "--tls-auth-clients", "no",
            ]
            try await PrivateRedis.with(in: folder, arguments, on: desk.loop) { _ in
                try await body(port, certificates, desk)
            }
        }
    }
}
