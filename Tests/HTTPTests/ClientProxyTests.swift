import HTTP
import Loop
import TestKit
import Testing

/// Requests that go out through a proxy.
@Suite(.timeLimit(.minutes(2))) struct ClientProxyTests {
    /// A client that uses `proxy`, and a TLS server behind it which has an authority of its own.
    private func withTunnel(
        _ proxy: ConnectProxy, trusts: Bool = true,
        _ body: @escaping @Sendable (HTTPClient, ScriptedServer, TLSFront) async throws -> Void
    ) async throws {
        try await Loops.with { loops in
            let loop = loops.first
            try await ScriptedServer.with(on: loop, script: ClientTests.friendly) { server in
                try await TLSFront.with(.good, before: server.port, on: loop) { front in
                    try await ScriptedServer.with(on: loop, script: proxy.serve) { entrance in
                        var settings = HTTPClientSettings()
                        settings.proxy = entrance.url("")
                        if trusts { settings.trust = .authorities(path: front.authority) }
                        let client = HTTPClient(loop: loop, settings: settings)
                        defer { client.shutdown() }
                        try await body(client, server, front)
                    }
                }
            }
        }
    }

    @Test func `https goes through a tunnel, which is used again`() async throws {
        let proxy = ConnectProxy()
        try await withTunnel(proxy) { client, server, front in
            for _ in 0..<2 {
                let response = try await client.send(ClientRequest(.get, "https://localhost:\(front.port)/"))
                #expect(try await response.body.whole() == Array("ok".utf8))
            }
            #expect(proxy.requests == ["CONNECT localhost:\(front.port) HTTP/1.1"] && server.accepted == 1)
        }
    }

    @Test func `the server behind the tunnel must prove who it is, to us and not to the proxy`() async throws {
        let proxy = ConnectProxy()
        try await withTunnel(proxy, trusts: false) { client, server, front in
            let code = try await ClientTests.failure {
                _ = try await client.send(ClientRequest(.get, "https://localhost:\(front.port)/"))
            }
            #expect(code == .certificateRefused && proxy.requests.count == 1 && server.accepted == 0)
        }
    }

    @Test func `a proxy that refuses fails the request, and nothing goes around it`() async throws {
        let proxy = ConnectProxy(allows: false)
        try await withTunnel(proxy) { client, server, front in
            let code = try await ClientTests.failure {
                _ = try await client.send(ClientRequest(.get, "https://localhost:\(front.port)/"))
            }
            #expect(code != nil && proxy.requests.count == 1 && server.accepted == 0)
            #expect(client.statistics.transfers == 0 && client.statistics.requestsFailed == 1)
        }
    }

    @Test func `plain http is given to the proxy with its whole address`() async throws {
        let handler: Handler = { request in .text("\(request.headers[.host] ?? "none") \(request.target)") }
        try await ServerUnderTest.with(handler: handler) { under in
            var settings = HTTPClientSettings()
            settings.proxy = "http://127.0.0.1:\(under.server.port)"
            let client = HTTPClient(loop: under.loops.first, settings: settings)
            defer { client.shutdown() }
            let response = try await client.send(ClientRequest(.get, "http://elsewhere.test:81/a?b=c"))
            #expect(try await response.body.whole() == Array("elsewhere.test:81 /a?b=c".utf8))
        }
    }
}
