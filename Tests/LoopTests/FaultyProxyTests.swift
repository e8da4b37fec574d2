import Glibc
import Loop
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1))) struct FaultyProxyTests {
    @Test func `a good line carries bytes and ends of both sides, and counts them`() async throws {
        try await onLine { line in
            let client = try line.connect()
            client.send("hello")
            try await line.loop.until("the echo") { client.received == Array("hello".utf8) }
            #expect(line.proxy.statistics.connectionsAccepted == 1)
            #expect(line.proxy.statistics.connectionsOpen == 1)
            #expect(line.proxy.statistics.bytesFromClient == 5)
            #expect(line.proxy.statistics.bytesFromServer == 5)
            client.endSending()
            try await line.loop.until("the end at the server") { line.server.peers.first?.ending == .end }
            line.server.peers.first?.endSending()
            try await line.loop.until("the end at the client") { client.ending == .end }
            try await line.loop.until("the line's end") { line.proxy.statistics.connectionsOpen == 0 }
            client.close()
        }
    }

    @Test func `much data passes whole and in order`() async throws {
        try await onLine { line in
            let client = try line.connect()
            let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
            client.send(bytes)
            try await line.loop.until("the echo") { client.received.count >= bytes.count }
            #expect(client.received == bytes)
            client.close()
        }
    }

    @Test func `a stalled line says nothing, not even that the server has gone, and goes on later`() async throws {
        try await onLine { line in
            let client = try line.connect()
            client.send("a")
            try await line.loop.until("the first echo") { client.received.count == 1 }
            try line.proxy.turn(.stall)
            client.send("b")
            line.server.peers.first?.endSending()
            let held = try line.connect()
            try await line.loop.until("the held connection") { line.proxy.statistics.connectionsAccepted == 2 }
            #expect(line.proxy.statistics.bytesFromClient == 1)
            #expect(client.ending == nil && held.ending == nil)
            try line.proxy.turn(.pass)
            try await line.loop.until("the byte held back") { line.server.peers.first?.received == Array("ab".utf8) }
            try await line.loop.until("the end held back") { client.ending == .end }
            client.close()
            held.close()
        }
    }

    @Test func `a blackhole swallows one direction only`() async throws {
        try await onLine { line in
            let client = try line.connect()
            try line.proxy.turn(.blackhole(.toClient))
            client.send("lost")
            try await line.loop.until("the server's receipt") { line.server.peers.first?.received.count == 4 }
            try await line.loop.until("the swallowed answer") { line.proxy.statistics.bytesFromServer == 4 }
            #expect(client.received.isEmpty)
            try line.proxy.turn(.pass)
            client.send("found")
            try await line.loop.until("the second answer") { client.received == Array("found".utf8) }
            client.close()
        }
    }

    @Test func `delayed bytes arrive in order and no sooner`() async throws {
        try await onLine { line in
            let client = try line.connect()
            try line.proxy.turn(.delay(.milliseconds(30)))
            let start = Moment.now
            client.send("1")
            client.send("2")
            try await line.loop.until("the echo") { client.received == Array("12".utf8) }
            #expect(Moment.now - start >= .milliseconds(60))
            client.close()
        }
    }

    @Test func `a cut lets exactly so many bytes through and ends both sides`() async throws {
        try await onLine { line in
            let client = try line.connect()
            try line.proxy.turn(.cut(.toClient, after: 3))
            client.send("abcdef")
            try await line.loop.until("the end") { client.ending == .end }
            #expect(client.received == Array("abc".utf8))
            try await line.loop.until("the end at the server") { line.server.peers.first?.ending == .end }
            client.close()
        }
    }

    @Test func `a refusing proxy keeps open connections, refuses new ones, and listens again on the same port`()
        async throws
    {
        try await onLine { line in
            let client = try line.connect()
            client.send("x")
            try await line.loop.until("the echo") { client.received.count == 1 }
            try line.proxy.turn(.refuse)
            let refused = try line.connect()
            try await line.loop.until("the refusal") { refused.ending == .failed(ECONNREFUSED) }
            client.send("y")
            try await line.loop.until("the second echo") { client.received.count == 2 }
            try line.proxy.turn(.pass)
            let again = try line.connect()
            again.send("z")
            try await line.loop.until("the third echo") { again.received.count == 1 }
            for peer in [client, refused, again] { peer.close() }
        }
    }

    @Test func `a reset reaches open and new connections as such`() async throws {
        try await onLine { line in
            let client = try line.connect()
            client.send("x")
            try await line.loop.until("the echo") { client.received.count == 1 }
            try line.proxy.turn(.reset)
            try await line.loop.until("the reset") { client.ending == .failed(ECONNRESET) }
            let late = try line.connect()
            try await line.loop.until("the second reset") { late.ending == .failed(ECONNRESET) }
            #expect(line.proxy.statistics.connectionsOpen == 0)
            client.close()
            late.close()
        }
    }

    @Test func `a dropped connection ends politely and the next one is served`() async throws {
        try await onLine { line in
            let client = try line.connect()
            client.send("x")
            try await line.loop.until("the echo") { client.received.count == 1 }
            line.proxy.drop()
            try await line.loop.until("the end") { client.ending == .end }
            let next = try line.connect()
            next.send("y")
            try await line.loop.until("the second echo") { next.received.count == 1 }
            client.close()
            next.close()
        }
    }
}

/// An echo server, a proxy before it, and the loop they live on.
private struct Line {
    let loop: Loop
    let server: PeerServer
    let proxy: FaultyProxy

    func connect() throws -> Peer { try Peer(to: proxy.address, on: loop) }
}

private func onLine(_ body: @escaping @Sendable (Line) async throws -> Void) async throws {
    try await Loops.with { loops in
        let server = try PeerServer(on: loops.first)
        let proxy = try FaultyProxy(on: loops.first, to: SocketAddress("127.0.0.1", port: server.port))
        let line = Line(loop: loops.first, server: server, proxy: proxy)
        defer {
            proxy.close()
            server.close()
        }
        try await body(line)
    }
}
