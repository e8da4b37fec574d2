import Foundation
import Glibc
import Loop
import TestKit

/// nginx as Debian has it, on loopback: HTTP as others speak it, with a certificate that our authority has signed.
struct NginxUnderTest: Sendable {
    enum Speaks: String, CaseIterable, Sendable {
        /// HTTP/2 where TLS agrees on it, and HTTP/1.1.
        case both = "ssl http2"
        case oldOverTLS = "ssl"
        case oldInTheClear = ""
    }

    static let program = "/usr/sbin/nginx"
    static var isInstalled: Bool { access(program, X_OK) == 0 }

    let port: UInt16
    let authority: String
    let speaks: Speaks

    func url(_ path: String) -> String {
        "\(speaks == .oldInTheClear ? "http" : "https")://localhost:\(port)\(path)"
    }

    /// `/said` answers with the version of HTTP that was spoken and the number of the connection; `/file` has `fileBytes` bytes; what
    /// is below `/behind` is passed on to `upstream`, and comes back with the number of the connection in its head.
    static func with<Value>(
        _ speaks: Speaks, before upstream: UInt16 = 9, fileBytes: Int = 0, on loop: Loop,
        _ body: (NginxUnderTest) async throws -> Value
    ) async throws -> Value {
        try await TemporaryFolder.with { folder in
            let certificates = try await TestCertificates(in: folder, on: loop)
            let identity = try await certificates.issue("good", for: ["DNS:localhost"])
            try Data(repeating: UInt8(ascii: "x"), count: fileBytes).write(to: URL(filePath: folder.path("file")))
            let port = try FreePort.find()
            let tls = "ssl_certificate \(identity.certificate); ssl_certificate_key \(identity.key);"
            let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
                "\($0)_temp_path \(folder.path($0));"
            }.joined(separator: " ")
            try """
            \(geteuid() == 0 ? "user root;" : "")
            daemon off;
            worker_processes 1;
            pid \(folder.path("pid"));
            events { worker_connections 256; }
            http {
                access_log off;
                \(temporary)
                \(speaks == .oldInTheClear ? "" : tls)
                server {
                    listen 127.0.0.1:\(port) \(speaks.rawValue);
                    root \(folder.path);
                    location = /said { return 200 "$server_protocol $connection"; }
                    location = /file { }
                    location /behind {
                        proxy_pass http://127.0.0.1:\(upstream);
                        add_header Connection-Number $connection always;
                    }
                }
            }
            """.write(toFile: folder.path("nginx.conf"), atomically: false, encoding: .utf8)
            let log = folder.path("error.log")
            let words = ["-p", folder.path, "-e", log, "-c", folder.path("nginx.conf")]
            return try await ChildProcess.with(program, words, output: log) { process in
                try await loop.until("nginx listens") {
                    guard process.isRunning else {
                        throw Services.Failure(description: try String(contentsOfFile: log, encoding: .utf8))
                    }
                    do { _ = try await RawConnection(port: port) } catch { return false }
                    return true
                }
                let value = try await body(
                    NginxUnderTest(port: port, authority: certificates.authority, speaks: speaks))
                // Asked to, so that its worker goes with it.
                process.send(SIGTERM)
                _ = try await process.exit(on: loop)
                return value
            }
        }
    }
}
