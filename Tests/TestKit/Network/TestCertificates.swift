package import Loop

/// Certificates made by the openssl command for one test: an authority, and servers that it vouches for.
package struct TestCertificates: Sendable {
    package struct Failed: Error, CustomStringConvertible { package let description: String }

    private let folder: TemporaryFolder

    package var authority: String { folder.path("authority.pem") }
    /// An authority that has vouched for nobody.
    package var stranger: String { folder.path("stranger.pem") }

    private let loop: Loop

    package init(in folder: TemporaryFolder, on loop: Loop) async throws {
        self.folder = folder
        self.loop = loop
        for name in ["authority", "stranger"] {
            try await openssl(
                ["req", "-x509", "-keyout", folder.path("\(name).key"), "-out", folder.path("\(name).pem")]
                    + ["-subj", "/CN=\(name)", "-days", "2"] + newKey)
        }
    }

    /// Issues a certificate for names such as `DNS:localhost` or `IP:127.0.0.1`; answers the paths of it and of its key.
    package func issue(_ name: String, for names: [String], days: Int = 2) async throws -> (
        certificate: String, key: String
    ) {
        let (request, key) = (folder.path("\(name).csr"), folder.path("\(name).key"))
        let certificate = folder.path("\(name).pem")
        try await openssl(
            ["req", "-keyout", key, "-out", request, "-subj", "/CN=\(name)"] + newKey
                + ["-addext", "subjectAltName=\(names.joined(separator: ","))"])
        try await openssl(
            ["x509", "-req", "-in", request, "-out", certificate, "-days", "\(days)", "-copy_extensions", "copy"]
                + ["-CA", authority, "-CAkey", folder.path("authority.key"), "-CAcreateserial"])
        return (certificate, key)
    }

    private let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]

    private func openssl(_ arguments: [String]) async throws {
        let output = folder.path("openssl.log")
        try await ChildProcess.with("openssl", arguments, output: output) { process in
            let code = try await process.exit(on: loop)
            guard code == 0 else { throw Failed(description: "openssl \(arguments.first ?? "") ended with \(code)") }
        }
    }
}
