import HTTP
import Loop
import TestKit
import Testing

/// A server that ends waits for answers to arrive, and for nothing else: in none of these does a client close by itself, and
/// no time limit is near.
@Suite(.timeLimit(.minutes(1))) struct DrainTests {
    private static let ping = "GET /ping HTTP/1.1\r\nHost: x\r\n\r\n"

    private func with(
        _ witness: ProbeRoutes.Witness = ProbeRoutes.Witness(),
        _ body: @escaping @Sendable (ServerUnderTest) async throws -> Void
    ) async throws {
        let probes = ProbeRoutes.router(witness)
        let handler: Handler = { request in
            request.path == "/page"
                ? Response(.ok, .bytes, body: .bytes(Self.page)) : try await probes.respond(to: request)
        }
        try await ServerUnderTest.with(handler: handler) {
            $0.limits.lingeringTime = .seconds(3_600)
            $0.limits.idleTime = .seconds(3_600)
            $0.limits.writeTime = .seconds(3_600)
        } body: { under in
            try await body(under)
        }
    }

    /// The server and its kernel may have done with it before the client, which takes little at a time, has it.
    private static let page = [UInt8](repeating: 120, count: 400_000)

    private func drain(_ under: ServerUnderTest) -> Task<Int, Never> {
        Task(executorPreference: under.loops.first) { await under.server.drain(within: .seconds(3_600)) }
    }

    @Test func `idle connections are closed at once, though their clients keep them`() async throws {
        try await with { under in
            var idle: [RawConnection] = []
            for _ in 0..<3 {
                let connection = try await under.connect()
                try await connection.send(Self.ping)
                _ = try await connection.response()
                idle.append(connection)
            }
            idle.append(try await under.connect())
            try await under.until { under.server.statistics.connectionsOpen == 4 }
            #expect(await under.server.drain(within: .seconds(3_600)) == 0)
            #expect(under.server.statistics.connectionsOpen == 0)
            for connection in idle { #expect(try await connection.readToEnd().isEmpty) }
        }
    }

    @Test func `a client that has its last answer need not close`() async throws {
        let witness = ProbeRoutes.Witness()
        try await with(witness) { under in
            let connection = try await under.connect()
            try await connection.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
            try await under.until { witness.begunCount == 1 }
            #expect(await drain(under).value == 0)
            let response = try await connection.response()
            #expect(response.text == "slow" && response["Connection"] == "close")
        }
    }

    @Test(arguments: ["/page": page.count, "/big": 8_000_000])
    func `an answer on its way arrives whole, however late it is read`(path: String, size: Int) async throws {
        try await with { under in
            let idle = try await under.connect()
            let connection = try await under.connect(receiveBuffer: 131_072)
            try await connection.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
            try await under.until { under.server.statistics.responses[2] == 1 }
            let draining = drain(under)
            #expect(try await idle.readToEnd().isEmpty)
            // More often than the drain looks.
            for _ in 0..<50 { try await under.loops.first.sleep(for: .milliseconds(1)) }
            #expect(under.server.statistics.connectionsOpen == 1)
            #expect(try await connection.response().body.count == size)
            #expect(await draining.value == 0)
        }
    }
}
