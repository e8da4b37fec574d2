import HTTP
import Loop
import Synchronization
import TestKit
import Testing

/// Bodies that are written while the client reads them.
@Suite(.timeLimit(.minutes(1))) struct StreamingTests {
    private static let request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    private struct Broken: Error {}

    private func with(
        _ response: @escaping @Sendable () -> Response,
        settings: @escaping @Sendable (inout ServerSettings) -> Void = { _ in },
        _ body: @escaping @Sendable (ServerUnderTest) async throws -> Void
    ) async throws {
        try await ServerUnderTest.with(handler: { _ in response() }, settings: settings, body: body)
    }

    @Test func `a stream of unknown length is chunked on 1.1 and ends the connection on 1.0`() async throws {
        try await with {
            .stream(
                .plain,
                BodyStream { writer in
                    for number in 0..<20 { try await writer.write("\(number);") }
                })
        } _: { under in
            let whole = (0..<20).map { "\($0);" }.joined()
            let connection = try await under.connect()
            for _ in 0..<2 {
                try await connection.send(Self.request)
                let response = try await connection.response()
                #expect(response["Transfer-Encoding"] == "chunked" && response.text == whole)
            }
            let old = try await under.exchange("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(old.map(\.text) == [whole])
            #expect(old.first?["Transfer-Encoding"] == nil && old.first?["Connection"] == "close")
            let head = try await under.exchange("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(head.map(\.body) == [[]])
        }
    }

    @Test(arguments: [3, 7])
    func `a stream that does not keep its promised length breaks the connection`(written: Int) async throws {
        try await with {
            .stream(
                .plain, BodyStream(length: 5) { try await $0.write([UInt8](repeating: 120, count: written)) })
        } _: { under in
            let connection = try await under.connect()
            try await connection.send(Self.request)
            await #expect(throws: RawConnection.Failure.self) { try await connection.response() }
            let isTold = under.happenings.all.contains {
                if case .responseBroken(let error as ResponseWriter.LengthBroken, _) = $0 {
                    return error.missing == 5 - written
                }
                return false
            }
            #expect(isTold)
        }
    }

    @Test func `a stream that fails leaves a broken response, not one that looks whole`() async throws {
        try await with {
            .stream(
                .plain,
                BodyStream { writer in
                    try await writer.write("half")
                    throw Broken()
                })
        } _: { under in
            let connection = try await under.connect()
            try await connection.send(Self.request)
            let text = String(decoding: try await connection.readToEnd(), as: UTF8.self)
            #expect(text.hasSuffix("4\r\nhalf\r\n"))
        }
    }

    @Test func `a client that never reads suspends the writer, and its going ends it`() async throws {
        let written = Mutex(0)
        let ended = Mutex<String?>(nil)
        try await with {
            .stream(
                .bytes,
                BodyStream { writer in
                    do {
                        while true {
                            try await writer.write([UInt8](repeating: 7, count: 16 * 1024))
                            written.withLock { $0 += 16 * 1024 }
                        }
                    } catch {
                        ended.withLock { $0 = "\(error)" }
                        throw error
                    }
                })
        } _: { under in
            let connection = try await under.connect(receiveBuffer: 4_096)
            try await connection.send(Self.request)
            // It has stopped when the count stays the same over many turns.
            var last = -1
            var same = 0
            while same < 30 {
                try await under.loops.first.sleep(for: .milliseconds(2))
                let now = written.withLock { $0 }
                same = now == last && now > 0 ? same + 1 : 0
                last = now
            }
            let sent = Int(under.server.statistics.bytesOut)
            let queued = last + 16 * 1024 - sent
            // One piece may cross the mark; chunk framing is a few bytes each.
            #expect(queued <= 64 * 1024 + 16 * 1024)
            try await connection.reset()
            try await under.until { ended.withLock { $0 } != nil && under.server.statistics.connectionsOpen == 0 }
        }
    }

    @Test func `a slow reader gets everything in order`() async throws {
        let count = 3_000_000
        try await with {
            .stream(
                .bytes,
                BodyStream(length: count) { writer in
                    var next = 0
                    while next < count {
                        let piece = (next..<min(next + 50_000, count)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
                        try await writer.write(piece)
                        next += piece.count
                    }
                })
        } _: { under in
            let connection = try await under.connect(receiveBuffer: 8_192)
            try await connection.send(Self.request)
            let body = try await connection.response().body
            #expect(body.count == count)
            #expect(body.enumerated().allSatisfy { $0.element == UInt8(truncatingIfNeeded: $0.offset &* 31) })
        }
    }

    @Test func `events are written as the standard has them, with comments when nothing happens`() async throws {
        try await with {
            .events(heartbeat: .milliseconds(20)) { feed in
                try await feed.send(ServerEvent("one\ntwo", name: "turn", id: "7", retry: .seconds(3)))
                try await ProbeRoutes.loop.sleep(for: .milliseconds(70))
                try await feed.send(ServerEvent("end", name: "forged\ndata: x"))
            }
        } _: { under in
            let connection = try await under.connect()
            try await connection.send(Self.request)
            let response = try await connection.response()
            #expect(response["Content-Type"] == "text/event-stream")
            let text = response.text
            #expect(text.hasPrefix("id: 7\nevent: turn\nretry: 3000\ndata: one\ndata: two\n\n: \n\n"))
            #expect(text.hasSuffix("event: forgeddata: x\ndata: end\n\n"))
        }
    }

    @Test func `a draining server ends feeds properly`() async throws {
        try await with {
            .events { feed in
                try await feed.send(ServerEvent("hello"))
                try await ProbeRoutes.loop.sleep(for: .seconds(3_600))
            }
        } _: { under in
            let connection = try await under.connect()
            try await connection.send(Self.request)
            try await under.until { under.server.statistics.bytesOut > 100 }
            let draining = Task(executorPreference: under.loops.first) {
                await under.server.drain(within: .seconds(20))
            }
            let response = try await connection.response()
            #expect(response.text == "data: hello\n\n")
            #expect(try await connection.read().isEmpty)
            try await connection.shutdownSending()
            #expect(await draining.value == 0)
        }
    }
}
