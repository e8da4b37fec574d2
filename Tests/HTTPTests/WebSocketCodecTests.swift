import Loop
import TestKit
import Testing
import Wire

@testable import HTTP

/// The codec and the shell's answers, with bytes in and bytes out.
@Suite(.timeLimit(.minutes(1))) struct WebSocketCodecTests {
    private static func echo(_ pieces: [[UInt8]], compression: MessageCompression? = nil) async throws
        -> [WebSocketFrame]
    {
        nonisolated(unsafe) let compression = compression
        return try await Loops.with { loops in
            let wire = WebSocketMemoryWire(loops.first)
            var limits = WebSocketLimits()
            limits.messageBytesMax = WebSocketProbe.limit
            limits.unsentBytesMax = 8 << 20
            let socket = WebSocket(.server, wire: wire, subprotocol: nil, compression: compression, limits: limits)
            socket.onMessage { kind, payload in #expect(socket.sendNow(kind, payload) != .refused) }
            for piece in pieces { socket.received(piece.span) }
            let frames = wire.frames()
            socket.wireClosed()
            return frames
        }
    }

    @Test(arguments: WebSocketProbe.all)
    func `a server answers a probe as RFC 6455 wants`(_ probe: WebSocketProbe) async throws {
        #expect(try await Self.echo([probe.input]) == probe.output)
    }

    @Test(arguments: WebSocketProbe.all.filter { $0.input.count < 70_000 })
    func `a probe that drips byte by byte is answered the same`(_ probe: WebSocketProbe) async throws {
        #expect(try await Self.echo(probe.input.map { [$0] }) == probe.output)
    }

    @Test func `messages cut at random come out as they went in, with the seed shown if not`() async throws {
        for seed in UInt64(1)...60 {
            var random = Seeded(seed)
            var input: [UInt8] = []
            var output: [WebSocketFrame] = []
            for _ in 0..<20 { Self.append(&input, &output, &random) }
            var pieces: [[UInt8]] = []
            while !input.isEmpty {
                let count = min(input.count, Int.random(in: 1...900, using: &random))
                pieces.append(Array(input.prefix(count)))
                input.removeFirst(count)
            }
            let came = try await Self.echo(pieces)
            #expect(came == output, "seed \(seed)")
        }
    }

    /// One message in random fragments with random pings between them, and what an echo gives for it.
    private static func append(_ input: inout [UInt8], _ output: inout [WebSocketFrame], _ random: inout Seeded) {
        let isText = Bool.random(using: &random)
        let message: [UInt8] =
            isText
            ? Array(
                (0..<Int.random(in: 0...300, using: &random)).map { _ in "aß€😀".randomElement(using: &random) ?? "a" }
                    .map(String.init).joined().utf8)
            : (0..<Int.random(in: 0...2000, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        var rest = message[...]
        var opcode: UInt8 = isText ? 1 : 2
        repeat {
            let piece = rest.prefix(Int.random(in: 0...700, using: &random))
            rest = rest.dropFirst(piece.count)
            input += WebSocketFrame(opcode, Array(piece), final: rest.isEmpty ? 0x80 : 0).bytes(masked: true)
            opcode = 0
            if Int.random(in: 0..<4, using: &random) == 0, !rest.isEmpty {
                input += WebSocketFrame(9, "ping").bytes(masked: true)
                output.append(WebSocketFrame(10, "ping"))
            }
        } while !rest.isEmpty
        output.append(WebSocketFrame(isText ? 1 : 2, message))
    }

    @Test func `a client masks every frame with another key and refuses masked ones`() async throws {
        try await Loops.with { loops in
            let wire = WebSocketMemoryWire(loops.first)
            let socket = WebSocket(.client, wire: wire, subprotocol: nil, compression: nil, limits: .init())
            var encoder = WebSocketEncoder(role: .client, compression: nil, compressionBytesMin: 0)
            var keys: Set<[UInt8]> = []
            for _ in 0..<40 {
                var queue = ByteQueue()
                encoder.message(.text, [65].span, onto: &queue)
                let bytes = queue.copied()
                #expect(bytes[1] == 0x81 && bytes[6] ^ bytes[2] == 65)
                keys.insert(Array(bytes[2..<6]))
            }
            #expect(keys.count > 30)
            socket.received(WebSocketFrame(1, "hi").bytes(masked: true).span)
            #expect(wire.frames() == [.close(1002, "frame masked")])
            socket.wireClosed()
        }
    }

    @Test(arguments: [0, 1, 2, 3, 4, 5, 6, 7]) func `masking in pieces is masking at once`(cut: Int) {
        let bytes = (0..<100).map { UInt8($0 * 7 & 255) }
        var mask = WebSocketMask(bytes: 0x11, 0x22, 0x33, 0x44)
        var queue = ByteQueue()
        mask.append(bytes.span.extracting(0..<cut), to: &queue)
        mask.append(bytes.span.extracting(cut..<cut * 3), to: &queue)
        mask.append(bytes.span.extracting(cut * 3..<100), to: &queue)
        #expect(queue.copied() == bytes.enumerated().map { $1 ^ WebSocketFrame.key[$0 & 3] })
    }

    @Test func `a large message that drips is copied once, not once per drip`() throws {
        // A quadratic decoder would move terabytes here, and not end within the time limit.
        let size = 8 << 20
        var decoder = WebSocketDecoder(role: .server, sizeMax: size, compression: nil)
        let bytes = WebSocketFrame(2, .init(repeating: 5, count: size)).bytes(masked: true)
        var start = 0
        var events: [WebSocketDecoder.Event] = []
        while start < bytes.count {
            let end = min(start + 7, bytes.count)
            var position = start
            let event = try decoder.advance(bytes.span.extracting(first: end), from: &position)
            if event != .needsMore { events.append(event) }
            start = position
        }
        #expect(events == [.message(.binary)])
        #expect(decoder.withPayload { $0.count } == size)
    }

    // MARK: - permessage-deflate

    private static func packed(_ message: [UInt8]) -> [UInt8] {
        var packed: [UInt8] = []
        MessageCompression().packed(message.span) { packed = $0.withUnsafeBytes { Array($0) } }
        return packed
    }

    @Test func `a compressed message is unpacked, and a large one answered compressed`() async throws {
        let text = Array(String(repeating: "hello ", count: 200).utf8)
        let input = WebSocketFrame(1, Self.packed(text), reserved: 0x40).bytes(masked: true)
        let frames = try await Self.echo([input], compression: MessageCompression())
        #expect(frames.count == 1 && frames[0].start == 0xc1)
        var plain = ByteQueue()
        let packed = frames[0].payload
        try MessageCompression().unpack(packed.span, onto: &plain, limit: 10_000)
        #expect(plain.copied() == text)
        #expect(frames[0].payload.count < 100)
    }

    @Test func `a compressed message in fragments carries its mark on the first only`() async throws {
        let packed = Self.packed(Array("hello hello hello".utf8))
        let head = WebSocketFrame(1, Array(packed.prefix(3)), final: 0, reserved: 0x40).bytes(masked: true)
        let right = WebSocketFrame(0, Array(packed.dropFirst(3))).bytes(masked: true)
        #expect(
            try await Self.echo([head + right], compression: MessageCompression()) == [.init(1, "hello hello hello")])
        let wrong = WebSocketFrame(0, Array(packed.dropFirst(3)), reserved: 0x40).bytes(masked: true)
        #expect(
            try await Self.echo([head + wrong], compression: MessageCompression()) == [
                .close(1002, "reserved bits set")
            ])
    }

    @Test func `a compressed bomb is refused with 1009 and never unpacked`() async throws {
        let bomb = Self.packed(.init(repeating: 0, count: 50_000_000))
        #expect(bomb.count < 250_000)
        let input = WebSocketFrame(2, bomb, reserved: 0x40).bytes(masked: true)
        #expect(try await Self.echo([input], compression: MessageCompression()) == [.close(1009, "message too big")])
    }

    @Test func `compressed nonsense, and compressed text that is not UTF-8, are refused with 1007`() async throws {
        let nonsense = WebSocketFrame(1, [0xff, 0xff, 0xff], reserved: 0x40).bytes(masked: true)
        #expect(
            try await Self.echo([nonsense], compression: MessageCompression()) == [
                .close(1007, "compressed message is corrupt")
            ])
        let wrong = WebSocketFrame(1, Self.packed([0xff]), reserved: 0x40).bytes(masked: true)
        #expect(try await Self.echo([wrong], compression: MessageCompression()) == [.close(1007, "text is not UTF-8")])
    }

    @Test func `random bytes never trap the decoder`() throws {
        for seed in UInt64(1)...400 {
            var random = Seeded(seed)
            var decoder = WebSocketDecoder(role: .server, sizeMax: 5_000, compression: MessageCompression())
            var bytes = WebSocketFrame(
                UInt8.random(in: 0...10, using: &random),
                .init(repeating: 65, count: .random(in: 0...300, using: &random)),
                reserved: [0, 0x40].randomElement(using: &random) ?? 0
            ).bytes(masked: true)
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            var position = 0
            do throws(WebSocketViolation) {
                while try decoder.advance(bytes.span, from: &position) != .needsMore {}
            } catch {
                #expect(error.code.mayBeSent, "seed \(seed)")
            }
            #expect(position <= bytes.count, "seed \(seed)")
        }
    }
}
