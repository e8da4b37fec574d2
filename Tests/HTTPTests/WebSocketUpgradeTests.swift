import HTTP
import Loop
import TestKit
import Testing

/// A connection that becomes a WebSocket, seen from the wire.
@Suite(.timeLimit(.minutes(1))) struct WebSocketUpgradeTests {
    private static let handshake =
        "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"

    private static let echo: Handler = { request in
        .webSocket(for: request) { webSocket in
            while let message = try await webSocket.receive() { try await webSocket.send(message) }
        }
    }

    /// A masked text frame with a mask of zeros.
    private static func frame(_ text: String) -> [UInt8] {
        [0x81, 0x80 | UInt8(text.utf8.count), 0, 0, 0, 0] + Array(text.utf8)
    }

    @Test func `messages come back, also those sent together with the handshake`() async throws {
        try await ServerUnderTest.with(handler: Self.echo) { under in
            let connection = try await under.connect()
            try await connection.send(Array(Self.handshake.utf8) + Self.frame("early"))
            let response = try await connection.response()
            #expect(response.status == 101 && response["Sec-WebSocket-Accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
            #expect(response["Connection"] == "Upgrade" && response["Content-Length"] == nil)
            #expect(try await connection.read(7) == [0x81, 5] + Array("early".utf8))
            for number in 0..<50 {
                let text = "message \(number)"
                try await connection.send(Self.frame(text))
                #expect(
                    try await connection.read(2 + text.utf8.count) == [0x81, UInt8(text.utf8.count)] + Array(text.utf8))
            }
            try await connection.send([0x88, 0x82, 0, 0, 0, 0, 3, 0xe8])
            #expect(try await connection.read(4) == [0x88, 2, 3, 0xe8])
            #expect(try await connection.read().isEmpty)
            try await connection.shutdownSending()
            try await under.until { under.server.statistics.connectionsOpen == 0 }
            #expect(under.server.statistics.webSocketsOpened == 1)
        }
    }

    @Test func `a handshake that is wrong is answered and the connection goes on`() async throws {
        try await ServerUnderTest.with(handler: Self.echo) { under in
            let connection = try await under.connect()
            try await connection.send(
                "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
            let refused = try await connection.response()
            #expect(refused.status == 426 && refused["Sec-WebSocket-Version"] == "13")
            try await connection.send(Self.handshake)
            #expect(try await connection.response().status == 101)
        }
    }

    @Test func `a draining server says 1001 and waits for the answer`() async throws {
        try await ServerUnderTest.with(handler: Self.echo) { under in
            let connection = try await under.connect()
            try await connection.send(Self.handshake)
            _ = try await connection.response()
            let draining = Task(executorPreference: under.loops.first) {
                await under.server.drain(within: .seconds(20))
            }
            let close = try await connection.read(4)
            #expect(close[0] == 0x88 && close[2...] == [0x03, 0xe9])
            _ = try await connection.read(Int(close[1]) - 2)
            try await connection.send([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe9])
            #expect(try await connection.read().isEmpty)
            try await connection.shutdownSending()
            #expect(await draining.value == 0)
        }
    }

    @Test func `a lost wire is told to the handler, which is not cancelled`() async throws {
        let happenings = Happenings()
        try await ServerUnderTest.with(handler: { request in
            .webSocket(for: request) { webSocket in
                do { _ = try await webSocket.receive() } catch {
                    // It can still wait for what it must put in order.
                    try await webSocket.loop.sleep(for: .milliseconds(1))
                    happenings.append(.acceptResumed)
                }
            }
        }) { under in
            let connection = try await under.connect()
            try await connection.send(Self.handshake)
            _ = try await connection.response()
            try await connection.reset()
            try await under.until { happenings.all.count == 1 && under.server.statistics.connectionsOpen == 0 }
        }
    }

    @Test func `a peer that does not read suspends the sender`() async throws {
        let happenings = Happenings()
        try await ServerUnderTest.with(handler: { request in
            .webSocket(for: request) { webSocket in
                defer { happenings.append(.acceptResumed) }
                while true { try await webSocket.send(.binary([UInt8](repeating: 1, count: 32 * 1024))) }
            }
        }) {
            $0.limits.writeTime = .milliseconds(150)
        } body: { under in
            let connection = try await under.connect(receiveBuffer: 4_096)
            try await connection.send(Self.handshake)
            try await under.until { happenings.all.count == 1 }
            #expect(under.server.statistics.writeTimeouts == 1)
            _ = try await connection.readToEnd()
        }
    }
}
