import Foundation
import Glibc
package import Loop

/// A pgbouncer of one test's own before a server on this machine that trusts its role: real transaction pooling, and real
/// TLS where a certificate is given.
package struct PgBouncer {
    package let port: UInt16
    package let process: ChildProcess

    /// `servers` is how many connections it has to the server.
    package static func with<Value>(
        before server: UInt16, servers: Int = 4, certificate: (certificate: String, key: String)? = nil,
        in folder: TemporaryFolder, on loop: Loop, _ body: (PgBouncer) async throws -> Value
    ) async throws -> Value {
        let port = try FreePort.find()
        var lines = [
            "[databases]", "* = host=127.0.0.1 port=\(server) user=ledgerline", "[pgbouncer]",
            "listen_addr = 127.0.0.1", "listen_port = \(port)", "unix_socket_dir =", "auth_type = any",
            "pool_mode = transaction", "default_pool_size = \(servers)", "max_client_conn = 500",
        ]
        if let certificate {
            lines += [
                "client_tls_sslmode = require", "client_tls_cert_file = \(certificate.certificate)",
                "client_tls_key_file = \(certificate.key)",
            ]
        }
        // It refuses to be root, so it must be able to read what root wrote.
        if geteuid() == 0 {
            lines.append("user = nobody")
            chmod(folder.path, 0o711)
            if let certificate { for path in [certificate.certificate, certificate.key] { chmod(path, 0o644) } }
        }
        let settings = folder.path("pgbouncer.ini")
        let log = folder.path("pgbouncer.log")
        try (lines.joined(separator: "\n") + "\n").write(toFile: settings, atomically: false, encoding: .utf8)
        chmod(settings, 0o644)
        // Debian keeps it where only root's PATH leads.
        return try await ChildProcess.with("/usr/sbin/pgbouncer", [settings], output: log) { process in
            func words() throws -> String { try String(contentsOfFile: log, encoding: .utf8) }
            try await loop.until("pgbouncer's readiness") {
                try !process.isRunning || words().contains("process up")
            }
            guard process.isRunning else { throw Services.Failure(description: "pgbouncer: \(try words())") }
            return try await body(PgBouncer(port: port, process: process))
        }
    }
}
