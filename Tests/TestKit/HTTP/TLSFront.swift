import Foundation
package import Loop

/// TLS in front of a plain server on loopback, with certificates made on the spot: for proving clients.
///
/// The certificates come from the `openssl` command and the front is a few lines of Python, so that nothing of ours proves
/// itself. A front that isn't ready in time, or that ends, fails the test with what it printed.
package struct TLSFront: Sendable {
    package enum Certificate: Sendable {
        /// For localhost, signed by our authority.
        case good
        /// For another host.
        case otherHost
        /// Its time is over.
        case expired
        /// Signed by itself.
        case selfSigned
    }

    package struct Trouble: Error { package let output: String }

    package let port: UInt16
    /// The authority's certificate, as a file.
    package let authority: String

    /// Runs `body` beside a front that passes everything on to `port` on this machine.
    package static func with<Value>(
        _ certificate: Certificate, before port: UInt16, on loop: Loop, _ body: (TLSFront) async throws -> Value
    ) async throws -> Value {
        try await TemporaryFolder.with { folder in
            let certificates = try await TestCertificates(in: folder, on: loop)
            let (path, key) = try await identity(certificate, certificates, folder)
            let log = folder.path("front.log")
            let words = ["-u", "-c", program, path, key, "\(port)"]
            return try await ChildProcess.with("python3", words, output: log) { process in
                let own = try await announcedPort(in: log, of: process, on: loop)
                return try await body(TLSFront(port: own, authority: certificates.authority))
            }
        }
    }

    private static func identity(
        _ certificate: Certificate, _ certificates: TestCertificates, _ folder: TemporaryFolder
    ) async throws -> (certificate: String, key: String) {
        switch certificate {
        case .good: try await certificates.issue("good", for: ["DNS:localhost"])
        case .otherHost: try await certificates.issue("other", for: ["DNS:elsewhere.test"])
        case .expired: try await certificates.issue("expired", for: ["DNS:localhost"], days: -1)
        case .selfSigned: (certificates.stranger, folder.path("stranger.key"))
        }
    }

    private static func announcedPort(in log: String, of process: ChildProcess, on loop: Loop) async throws -> UInt16 {
        var port: UInt16?
        try await loop.until("the TLS front's port") {
            let output = try String(contentsOfFile: log, encoding: .utf8)
            // Only a whole line: the number might be half written.
            if let line = output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().first {
                port = line.hasPrefix("port ") ? UInt16(line.dropFirst(5)) : nil
                if port == nil { throw Trouble(output: output) }
            }
            guard port != nil || process.isRunning else { throw Trouble(output: output) }
            return port != nil
        }
        guard let port else { preconditionFailure("a port was found and is gone") }
        return port
    }

    private static let program = """
        import select, socket, ssl, sys, threading
        certificate, key, target = sys.argv[1], sys.argv[2], int(sys.argv[3])
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        listener = socket.create_server(("127.0.0.1", 0))
        print("port", listener.getsockname()[1], flush=True)
        def serve(raw):
            try: outer = context.wrap_socket(raw, server_side=True)
            except OSError: return raw.close()
            inner = socket.create_connection(("127.0.0.1", target))
            outer.setblocking(False)
            inner.setblocking(False)
            waiting = {outer: b"", inner: b""}
            other = {outer: inner, inner: outer}
            ended = False
            while not (ended and not any(waiting.values())):
                pending = outer.pending() and len(waiting[inner]) < 1 << 18
                reads = [] if ended else [s for s in other if len(waiting[other[s]]) < 1 << 18]
                r, w, _ = select.select(reads, [s for s in waiting if waiting[s]], [], 0 if pending else None)
                if pending and outer not in r: r.append(outer)
                for s in r:
                    try:
                        data = s.recv(65536)
                        if not data: ended = True
                        waiting[other[s]] += data
                    except (ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError): pass
                    except OSError: ended = True
                for s in w:
                    try: waiting[s] = waiting[s][s.send(waiting[s]):]
                    except (ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError): pass
                    except OSError: waiting[s], ended = b"", True
            inner.close()
            outer.close()
        while True: threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
        """
}
