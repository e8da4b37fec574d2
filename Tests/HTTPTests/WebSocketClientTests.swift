import Loop
import TestKit
import Testing
import Wire

@testable import HTTP

/// Our client over real sockets: against scripted bytes, and against our own server, plain and through TLS.
@Suite(.timeLimit(.minutes(2))) struct WebSocketClientTests {
    /// Shakes hands, then does what `frames` says.
    private static func upgraded(_ frames: @escaping ScriptedServer.Script) -> ScriptedServer.Script {
        { connection in
            let request = try await connection.read()
            let line = request.split(separator: "\r\n").first { $0.hasPrefix("Sec-WebSocket-Key: ") } ?? ""
            guard let key = WebSocketKey(String(line.dropFirst(19))) else { throw ScriptedConnection.Gone() }
            try await connection.send(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: \(key.accept)\r\n\r\n"
            )
            try await frames(connection)
        }
    }

    private static func with(
        _ script: @escaping ScriptedServer.Script, _ body: @escaping @Sendable (String, Loop) async throws -> Void
    ) async throws {
        try await Loops.with { loops in
            let loop = loops.first
            try await ScriptedServer.with(on: loop, script: script) { server in
                try await body("ws://127.0.0.1:\(server.port)/ws", loop)
            }
        }
    }

    /// Our own server, echoing, and its WebSocket address.
    private static func withEcho(_ body: @escaping @Sendable (ServerUnderTest, String, Loop) async throws -> Void)
        async throws
    {
        try await ServerUnderTest.with { request in
            var policy = WebSocketHandshake.Policy()
            policy.subprotocols = ["echo"]
            policy.compression = .ifOffered
            return .webSocket(for: request, policy) { socket in
                while let message = try await socket.receive() { try await socket.send(message) }
            }
        } body: { under in
            try await body(under, "ws://127.0.0.1:\(under.server.port)/ws", under.loops.first)
        }
    }

    private static func next(
        _ socket: WebSocket, is expected: WebSocketMessage?, at location: SourceLocation = #_sourceLocation
    ) async throws {
        let message = try await socket.receive(within: .seconds(30))
        #expect(message == expected, sourceLocation: location)
    }

    @Test func `frames that come with the handshake's answer are not lost`() async throws {
        try await Self.with(
            Self.upgraded { connection in
                try await connection.send(WebSocketFrame(1, "early").bytes(masked: false))
                _ = try await connection.readToEnd()
            }
        ) { url, loop in
            let socket = try await WebSocketClient.connect(url, on: loop)
            try await Self.next(socket, is: .text("early"))
            socket.close()
        }
    }

    @Test(arguments: [WebSocketClientSettings.Compression.never, .offered])
    func `messages of all sizes come back from our own server`(_ compression: WebSocketClientSettings.Compression)
        async throws
    {
        try await Self.withEcho { under, url, loop in
            var settings = WebSocketClientSettings()
            settings.subprotocols = ["echo"]
            settings.compression = compression
            let socket = try await WebSocketClient.connect(url, on: loop, settings)
            #expect(socket.subprotocol == "echo")
            for size in [0, 1, 125, 126, 65_535, 65_536, 600_000] {
                let message = WebSocketMessage.binary((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) })
                try await socket.send(message)
                try await Self.next(socket, is: message)
            }
            try await socket.send("grüße €")
            try await Self.next(socket, is: .text("grüße €"))
            socket.close(.normal, "bye")
            try await Self.next(socket, is: nil)
            #expect(socket.closure?.wasAgreed == true)
            try await under.until { under.server.statistics.connectionsOpen == 0 }
        }
    }

    @Test func `many sockets and messages at a time don't mix`() async throws {
        try await Self.withEcho { _, url, loop in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<50 {
                    group.addTask(executorPreference: loop) {
                        let socket = try await WebSocketClient.connect(url, on: loop)
                        for index in 0..<20 { try await socket.send("\(number)-\(index)") }
                        for index in 0..<20 { try await Self.next(socket, is: .text("\(number)-\(index)")) }
                        socket.close()
                        try await Self.next(socket, is: nil)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `over TLS every byte arrives though the peer reads late`() async throws {
        try await Self.withEcho { under, _, loop in
            try await TLSFront.with(.good, before: under.server.port, on: loop) { front in
                var settings = WebSocketClientSettings()
                settings.trust = .authorities(path: front.authority)
                let socket = try await WebSocketClient.connect("wss://localhost:\(front.port)/ws", on: loop, settings)
                let message = WebSocketMessage.binary((0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
                let count = 40
                // Sends run ahead of receives, so that both directions fill up.
                let sending = Task(executorPreference: loop) { for _ in 0..<count { try await socket.send(message) } }
                for _ in 0..<count { try await Self.next(socket, is: message) }
                try await sending.value
                socket.close()
                try await Self.next(socket, is: nil)
            }
        }
    }

    @Test(arguments: [TLSFront.Certificate.otherHost, .expired, .selfSigned])
    func `a certificate that is not good ends the attempt`(_ certificate: TLSFront.Certificate) async throws {
        try await Self.with(ClientTests.deaf) { url, loop in
            let port = UInt16(url.split(separator: ":")[2].prefix { $0 != "/" }) ?? 0
            try await TLSFront.with(certificate, before: port, on: loop) { front in
                var settings = WebSocketClientSettings()
                settings.trust = .authorities(path: front.authority)
                let code = try await ClientTests.failure {
                    _ = try await WebSocketClient.connect("wss://localhost:\(front.port)/", on: loop, settings)
                }
                #expect(code == .certificateRefused)
            }
        }
    }

    @Test func `a server that refuses, lies or says nothing is named`() async throws {
        let answers: [(String, HTTPClientError.Code)] = [
            ("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", .upgradeRefused(401)),
            ("nonsense\r\n\r\n", .badResponse),
            (
                "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: no\r\n\r\n",
                .badResponse
            ),
            ("", .connectionLost),
        ]
        for (answer, expected) in answers {
            try await Self.with({ connection in
                _ = try await connection.read()
                try await connection.send(answer)
            }) { url, loop in
                let code = try await ClientTests.failure { _ = try await WebSocketClient.connect(url, on: loop) }
                #expect(code == expected)
            }
        }
    }

    @Test func `a refusal says when its server wants to be asked again`() async throws {
        for (line, expected) in [("Retry-After: 7\r\n", "7"), ("", nil)] {
            try await Self.with({ connection in
                _ = try await connection.read()
                try await connection.send("HTTP/1.1 429 Too Many Requests\r\n\(line)Content-Length: 0\r\n\r\n")
            }) { url, loop in
                let error = try await #require(throws: HTTPClientError.self) {
                    _ = try await WebSocketClient.connect(url, on: loop)
                }
                #expect(error.code == .upgradeRefused(429))
                #expect(error.retryAfter == expected)
            }
        }
    }

    @Test func `connecting and shaking hands have deadlines`() async throws {
        try await Self.with(ClientTests.deaf) { url, loop in
            var settings = WebSocketClientSettings()
            settings.upgradeDeadline = .milliseconds(20)
            settings.connectDeadline = .milliseconds(20)
            let late = try await ClientTests.failure { _ = try await WebSocketClient.connect(url, on: loop, settings) }
            #expect(late == .deadline(.firstByte))
            // TLS never begins on the other side.
            let secure = "wss" + url.dropFirst(2)
            let never = try await ClientTests.failure {
                _ = try await WebSocketClient.connect(secure, on: loop, settings)
            }
            #expect(never == .deadline(.connect))
        }
    }

    @Test func `a cancelled attempt leaves nothing open`() async throws {
        try await Self.with(ClientTests.deaf) { url, loop in
            let before = loop.statistics.descriptorsWatched
            for _ in 0..<3 {
                let attempt = Task(executorPreference: loop) { try await WebSocketClient.connect(url, on: loop) }
                try await loop.sleep(for: .milliseconds(3))
                attempt.cancel()
                await #expect(throws: CancellationError.self) { _ = try await attempt.value }
            }
            // The scripts see the ends, and stop watching.
            try await ClientTests.until(loop) { loop.statistics.descriptorsWatched == before }
        }
    }

    @Test func `addresses that aren't ws or wss, or that the policy forbids, are refused`() async throws {
        try await Self.with(ClientTests.deaf) { url, loop in
            for wrong in ["http://127.0.0.1/", "ws://user:x@127.0.0.1/", "ws:/x", ""] {
                let code = try await ClientTests.failure { _ = try await WebSocketClient.connect(wrong, on: loop) }
                #expect(code == .invalidURL)
            }
            var settings = WebSocketClientSettings()
            settings.addresses = .publicOnly
            let code = try await ClientTests.failure { _ = try await WebSocketClient.connect(url, on: loop, settings) }
            #expect(code == .addressRefused)
        }
    }

    @Test func `a server that is cut off is a loss, one that closes is an end`() async throws {
        try await Self.with(Self.upgraded { _ in }) { url, loop in
            let socket = try await WebSocketClient.connect(url, on: loop)
            await #expect(throws: WebSocketError(.lost(.wireLost))) { _ = try await socket.receive() }
        }
        try await Self.with(
            Self.upgraded { connection in
                try await connection.send(WebSocketFrame.close(1001, "restart").bytes(masked: false))
                let answer = try await connection.read(count: 8)
                #expect(answer[0] == 0x88 && answer[1] == 0x82)
            }
        ) { url, loop in
            let socket = try await WebSocketClient.connect(url, on: loop)
            try await Self.next(socket, is: nil)
            #expect(socket.closure == WebSocketClosure(cause: .peer, code: .goingAway, reason: "restart"))
        }
    }

    @Test func `a reader who doesn't read makes the server wait, and loses nothing`() async throws {
        let count = 3_000
        try await Self.with(
            Self.upgraded { connection in
                let frame = WebSocketFrame(2, .init(repeating: 9, count: 8_000)).bytes(masked: false)
                for _ in 0..<count { try await connection.send(frame) }
                try await connection.send(WebSocketFrame.close(1000).bytes(masked: false))
                _ = try await connection.readToEnd()
            }
        ) { url, loop in
            var settings = WebSocketClientSettings()
            settings.limits.inboundMessagesMax = 16
            let socket = try await WebSocketClient.connect(url, on: loop, settings)
            try await ClientTests.until(loop) { !socket.backlog.isEmpty }
            #expect(socket.statistics.messagesReceived == 16)
            #expect(socket.backlog.count <= 64 << 10)
            var got = 0
            while let message = try await socket.receive() {
                #expect(message.bytes.count == 8_000)
                got += 1
            }
            #expect(got == count)
        }
    }

    @Test func `a slow peer holds up send, and everything arrives in the end`() async throws {
        let (count, size) = (600, 50_000)
        let (go, isReading) = AsyncStream.makeStream(of: Void.self)
        try await Self.with(
            Self.upgraded { connection in
                for await _ in go { break }
                var left = count * (size + 8)
                while left > 0 {
                    let piece = try await connection.read(count: min(left, 60_000))
                    left -= piece.count
                }
                try await connection.send(WebSocketFrame(1, "all").bytes(masked: false))
                _ = try await connection.readToEnd()
            }
        ) { url, loop in
            let socket = try await WebSocketClient.connect(url, on: loop)
            let sending = Task(executorPreference: loop) {
                for _ in 0..<count { try await socket.send([UInt8](repeating: 3, count: size)) }
            }
            try await ClientTests.until(loop) { socket.senders.count == 1 }
            #expect(socket.statistics.messagesSent < UInt64(count))
            #expect((socket.wire?.unsentBytes ?? 0) <= socket.limits.unsentBytesMark + size + 8)
            isReading.yield()
            try await sending.value
            try await Self.next(socket, is: .text("all"))
            socket.close()
        }
    }

    @Test(arguments: WebSocketProbe.all)
    func `our server answers a probe over a socket as RFC 6455 wants`(_ probe: WebSocketProbe) async throws {
        try await Self.withEcho { under, _, _ in
            let connection = try await under.connect()
            try await connection.send(
                "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
            )
            #expect(try await connection.response().status == 101)
            try await connection.send(probe.input)
            var bytes: [UInt8] = []
            var expected = probe.output
            if probe.output.last?.start != 0x88 {
                // The echo comes first: a server that has been asked to close sends no more messages.
                bytes = try await connection.read(probe.output.flatMap { $0.bytes(masked: false) }.count)
                try await connection.send(WebSocketFrame.close(1000).bytes(masked: true))
                expected.append(.close(1000))
            }
            bytes += try await connection.readToEnd()
            #expect(WebSocketFrame.all(bytes) == expected)
        }
    }
}
