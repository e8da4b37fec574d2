import Loop
import TestKit
import Testing

@testable import HTTP

/// The shell: queues, closing, liveness, each limit reached.
@Suite(.timeLimit(.minutes(1))) struct WebSocketTests {
    private static func with(
        _ role: WebSocketRole = .server, _ change: @escaping @Sendable (inout WebSocketLimits) -> Void = { _ in },
        _ body: @escaping @Sendable (WebSocket, WebSocketMemoryWire, Loop) async throws -> Void
    ) async throws {
        try await Loops.with { loops in
            var limits = WebSocketLimits()
            limits.pingInterval = nil
            change(&limits)
            let wire = WebSocketMemoryWire(loops.first)
            let socket = WebSocket(role, wire: wire, subprotocol: nil, compression: nil, limits: limits)
            try await body(socket, wire, loops.first)
            if case .gone = socket.phase { return }
            socket.wireClosed()
        }
    }

    private static func text(_ text: String) -> [UInt8] { WebSocketFrame(1, text).bytes(masked: true) }

    private static func next(
        _ socket: WebSocket, within patience: Duration = .seconds(30), is expected: WebSocketMessage?,
        at location: SourceLocation = #_sourceLocation
    ) async throws {
        let message = try await socket.receive(within: patience)
        #expect(message == expected, sourceLocation: location)
    }

    /// Waits for what a later turn of the loop does.
    private static func until(_ loop: Loop, _ condition: () -> Bool) async throws {
        try await loop.until("a condition of the test", condition)
    }

    @Test func `messages are received in order, then nil once the peer has closed`() async throws {
        try await Self.with { socket, wire, _ in
            socket.received(
                (Self.text("a") + Self.text("b") + WebSocketFrame.close(1001, "off").bytes(masked: true)).span)
            try await Self.next(socket, is: .text("a"))
            try await Self.next(socket, is: .text("b"))
            try await Self.next(socket, is: nil)
            try await Self.next(socket, is: nil)
            #expect(socket.closure == WebSocketClosure(cause: .peer, code: .goingAway, reason: "off"))
            #expect(wire.frames() == [.close(1001)] && wire.ending == .afterFlushing)
        }
    }

    @Test func `a receive that waits gets the message that comes`() async throws {
        try await Self.with { socket, _, loop in
            loop.after(.milliseconds(2)) { socket.received(Self.text("late").span) }
            try await Self.next(socket, within: .seconds(20), is: .text("late"))
        }
    }

    @Test func `a receive throws stalled when its time is over, and the socket stays open`() async throws {
        try await Self.with { socket, _, _ in
            await #expect(throws: WebSocketError(.stalled)) { try await socket.receive(within: .milliseconds(5)) }
            socket.received(Self.text("still here").span)
            try await Self.next(socket, within: .milliseconds(5), is: .text("still here"))
        }
    }

    @Test func `a cancelled receive throws, before it waits and while it waits`() async throws {
        try await Self.with { socket, _, loop in
            let early = Task(executorPreference: loop) { try await socket.receive() }
            early.cancel()
            await #expect(throws: CancellationError.self) { try await early.value }
            let late = Task(executorPreference: loop) { try await socket.receive() }
            try await loop.sleep(for: .milliseconds(2))
            late.cancel()
            await #expect(throws: CancellationError.self) { try await late.value }
            socket.received(Self.text("next").span)
            try await Self.next(socket, is: .text("next"))
        }
    }

    @Test func `a full inbound queue pauses reading, keeps the rest undecoded, and taking resumes`() async throws {
        try await Self.with(.server, { $0.inboundMessagesMax = 3 }) { socket, wire, _ in
            let bytes = (0..<10).flatMap { Self.text("\($0)") }
            socket.received(bytes.span)
            #expect(wire.isPaused)
            #expect(socket.statistics.messagesReceived == 3)
            for index in 0..<10 {
                try await Self.next(socket, is: .text("\(index)"))
                #expect(socket.statistics.messagesReceived <= index + 4)
            }
            #expect(!wire.isPaused)
        }
    }

    @Test func `the inbound queue is limited in bytes too`() async throws {
        try await Self.with(.server, { $0.inboundBytesMax = 1_000 }) { socket, wire, _ in
            let message = String(repeating: "x", count: 600)
            for _ in 0..<4 { socket.received(Self.text(message).span) }
            #expect(wire.isPaused && socket.statistics.messagesReceived == 2)
            for _ in 0..<4 { try await Self.next(socket, is: .text(message)) }
            #expect(!wire.isPaused)
        }
    }

    @Test func `a handler gets what was queued, then each message as it arrives`() async throws {
        try await Self.with(.server, { $0.inboundMessagesMax = 2 }) { socket, wire, _ in
            let bytes = (0..<5).flatMap { Self.text("\($0)") }
            socket.received(bytes.span)
            #expect(wire.isPaused)
            var heard: [String] = []
            socket.onMessage { _, bytes in heard.append(bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }) }
            #expect(heard == ["0", "1", "2", "3", "4"] && !wire.isPaused)
            socket.received(Self.text("5").span)
            #expect(heard.last == "5")
        }
    }

    @Test func `a handler may close in the middle of what is being decoded`() async throws {
        try await Self.with { socket, wire, _ in
            var heard = 0
            socket.onMessage { _, _ in
                heard += 1
                socket.close(.normal, "enough")
            }
            socket.received((Self.text("a") + Self.text("b") + WebSocketFrame.close(1000).bytes(masked: true)).span)
            #expect(heard == 1)
            #expect(wire.frames() == [.close(1000, "enough")])
            #expect(socket.closure?.cause == .ourselves && wire.ending == .afterFlushing)
        }
    }

    @Test func `send suspends above the mark and goes on in order when the peer reads`() async throws {
        try await Self.with(.server, { $0.unsentBytesMark = 100 }) { socket, wire, loop in
            wire.takesBytes = false
            try await socket.send([UInt8](repeating: 1, count: 200))
            let order = Order()
            var tasks: [Task<Void, any Error>] = []
            for index in 0..<3 {
                let task = Task(executorPreference: loop) {
                    try await socket.send("\(index)")
                    order.names.append("\(index)")
                }
                tasks.append(task)
            }
            try await Self.until(loop) { socket.senders.count == 3 }
            wire.take(100)
            socket.drained()
            #expect(socket.senders.count == 3, "still more unsent than half the mark")
            wire.take()
            socket.drained()
            for task in tasks { try await task.value }
            wire.take()
            #expect(order.names == ["0", "1", "2"])
            #expect(wire.frames().dropFirst().map { String(decoding: $0.payload, as: UTF8.self) } == ["0", "1", "2"])
        }
    }

    private final class Order: @unchecked Sendable {
        // Touched on the test's loop alone.
        var names: [String] = []
    }

    @Test func `too many suspended sends are refused, and closing fails the others`() async throws {
        try await Self.with(.server, { ($0.unsentBytesMark, $0.sendersMax) = (100, 2) }) { socket, wire, loop in
            wire.takesBytes = false
            try await socket.send([UInt8](repeating: 1, count: 200))
            let first = Task(executorPreference: loop) { try await socket.send("x") }
            let second = Task(executorPreference: loop) { try await socket.send("x") }
            try await Self.until(loop) { socket.senders.count == 2 }
            await #expect(throws: WebSocketError(.tooManySenders)) { try await socket.send("y") }
            first.cancel()
            await #expect(throws: CancellationError.self) { try await first.value }
            socket.close()
            await #expect(throws: WebSocketError(.closed)) { try await second.value }
            await #expect(throws: WebSocketError(.closed)) { try await socket.send("z") }
        }
    }

    @Test func `sendNow tells congestion above the mark and refuses above the limit`() async throws {
        try await Self.with(.server, { ($0.unsentBytesMark, $0.unsentBytesMax) = (100, 300) }) { socket, wire, _ in
            wire.takesBytes = false
            let payload = [UInt8](repeating: 1, count: 90)
            #expect(socket.sendNow(.binary, payload.span) == .queued)
            #expect(socket.sendNow(.binary, payload.span) == .congested)
            #expect(socket.sendNow(.binary, payload.span) == .congested)
            #expect(socket.sendNow(.binary, payload.span) == .refused)
            wire.take()
            #expect(wire.frames().count == 3)
        }
    }

    @Test func `a peer that floods pings and doesn't read gets no queue of pongs`() async throws {
        try await Self.with(.server, { $0.unsentBytesMark = 1_000 }) { socket, wire, _ in
            wire.takesBytes = false
            let ping = WebSocketFrame(9, .init(repeating: 1, count: 125)).bytes(masked: true)
            for _ in 0..<1_000 { socket.received(ping.span) }
            #expect(wire.unsentBytes < 1_200)
            #expect(socket.statistics.pongsSkipped > 900)
        }
    }

    @Test(arguments: [WebSocketRole.server, .client])
    func `our close ends when the peer answers`(_ role: WebSocketRole) async throws {
        try await Self.with(role) { socket, wire, _ in
            socket.close(WebSocketCloseCode(4001), "done")
            socket.close(.normal)
            #expect(wire.frames() == [.close(4001, "done")])
            #expect(socket.closure == nil && wire.ending == .none)
            socket.received(WebSocketFrame.close(4001).bytes(masked: role == .server).span)
            #expect(
                socket.closure == WebSocketClosure(cause: .ourselves, code: WebSocketCloseCode(4001), reason: "done"))
            // The server closes the connection; a client waits for that.
            #expect(wire.ending == (role == .server ? .afterFlushing : .none))
            try await Self.next(socket, is: nil)
        }
    }

    @Test func `a peer that doesn't answer our close is cut off at the deadline`() async throws {
        try await Self.with(.server, { $0.closeDeadline = .milliseconds(5) }) { socket, wire, loop in
            socket.drain()
            #expect(wire.frames() == [.close(1001, "going away")])
            try await Self.until(loop) { wire.ending == .aborted }
            #expect(socket.closure?.code == .goingAway)
            try await Self.next(socket, is: nil)
        }
    }

    @Test func `a wire that doesn't get rid of its bytes is cut off at the deadline`() async throws {
        try await Self.with(.server, { $0.closeDeadline = .milliseconds(5) }) { socket, wire, loop in
            wire.takesBytes = false
            socket.received(WebSocketFrame.close(1000).bytes(masked: true).span)
            #expect(wire.ending == .afterFlushing)
            try await Self.until(loop) { wire.ending == .aborted }
        }
    }

    @Test func `a wire that goes without a close frame is a loss, told to a receiver that waits`() async throws {
        try await Self.with { socket, _, loop in
            let receiving = Task(executorPreference: loop) { try await socket.receive() }
            try await loop.sleep(for: .milliseconds(2))
            socket.wireClosed()
            await #expect(throws: WebSocketError(.lost(.wireLost))) { try await receiving.value }
            #expect(socket.closure?.code == .lost)
            #expect(socket.sendNow(.text, [65].span) == .refused)
        }
    }

    @Test func `what had arrived while reading was paused is received though the wire has gone`() async throws {
        try await Self.with(.server, { $0.inboundMessagesMax = 2 }) { socket, _, _ in
            let messages = (0..<5).flatMap { Self.text("\($0)") }
            socket.received((messages + WebSocketFrame.close(1001, "off").bytes(masked: true)).span)
            socket.wireClosed()
            #expect(socket.statistics.messagesReceived == 2 && socket.closure == nil, "the queue keeps its limit")
            #expect(socket.sendNow(.text, [65].span) == .refused)
            await #expect(throws: WebSocketError(.closed)) { try await socket.send("x") }
            for index in 0..<5 { try await Self.next(socket, is: .text("\(index)")) }
            try await Self.next(socket, is: nil)
            #expect(socket.closure == WebSocketClosure(cause: .peer, code: .goingAway, reason: "off"))
        }
    }

    @Test func `a wire that goes while reading is paused is a loss, after what had arrived`() async throws {
        try await Self.with(.server, { ($0.inboundMessagesMax, $0.unsentBytesMark) = (1, 100) }) { socket, wire, loop in
            wire.takesBytes = false
            try await socket.send([UInt8](repeating: 1, count: 200))
            let sending = Task(executorPreference: loop) { try await socket.send("x") }
            try await Self.until(loop) { socket.senders.count == 1 }
            socket.received((Self.text("a") + Self.text("b") + Self.text("half").dropLast()).span)
            socket.wireClosed()
            await #expect(throws: WebSocketError(.closed)) { try await sending.value }
            try await Self.next(socket, is: .text("a"))
            try await Self.next(socket, is: .text("b"))
            await #expect(throws: WebSocketError(.lost(.wireLost))) { try await socket.receive() }
        }
    }

    @Test func `a handler takes what a wire that has gone left behind, and then it is a loss`() async throws {
        try await Self.with(.server, { $0.inboundMessagesMax = 1 }) { socket, _, _ in
            let bytes = (0..<3).flatMap { Self.text("\($0)") }
            socket.received(bytes.span)
            socket.wireClosed()
            var heard = 0
            socket.onMessage { _, _ in heard += 1 }
            #expect(heard == 3 && socket.closure?.cause == .wireLost)
        }
    }

    @Test func `closing throws away what a wire that has gone left behind`() async throws {
        try await Self.with(.server, { $0.inboundMessagesMax = 1 }) { socket, _, _ in
            let bytes = (0..<3).flatMap { Self.text("\($0)") }
            socket.received(bytes.span)
            socket.wireClosed()
            socket.close()
            #expect(socket.closure?.cause == .ourselves)
            try await Self.next(socket, is: nil)
        }
    }

    @Test func `a violation is told to the peer and thrown to the receiver after what came before`() async throws {
        try await Self.with { socket, wire, _ in
            socket.received((Self.text("fine") + WebSocketFrame(3, "").bytes(masked: true)).span)
            #expect(wire.frames() == [.close(1002, "unknown opcode")])
            try await Self.next(socket, is: .text("fine"))
            await #expect(throws: WebSocketError(.lost(.violation))) { try await socket.receive() }
        }
    }

    @Test func `a silent peer is pinged, and cut off after the pings it may miss`() async throws {
        try await Self.with(.server, { ($0.pingInterval, $0.missedPongsMax) = (.milliseconds(3), 3) }) {
            socket, wire, loop in
            try await Self.until(loop) { wire.ending == .aborted }
            #expect(socket.statistics.pingsSent == 3)
            #expect(wire.frames() == [.init(9, ""), .init(9, ""), .init(9, "")])
            #expect(socket.closure?.cause == .unresponsive)
            await #expect(throws: WebSocketError(.lost(.unresponsive))) { try await socket.receive() }
        }
    }

    @Test func `a peer that answers pings lives on`() async throws {
        try await Self.with(.server, { ($0.pingInterval, $0.missedPongsMax) = (.milliseconds(20), 2) }) {
            socket, wire, loop in
            while socket.statistics.pingsSent < 6 {
                for frame in wire.frames() where frame.start == 0x89 {
                    socket.received(WebSocketFrame(10, frame.payload).bytes(masked: true).span)
                }
                try await loop.sleep(for: .milliseconds(1))
            }
            #expect(socket.closure == nil && wire.ending == .none)
        }
    }
}
