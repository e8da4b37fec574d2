import Domain
import HTTP
import Providers
import Wire

/// Two WebSockets that answer each frame with one: unread, or as a carrier's media socket would be answered.
enum MediaRoutes {
    /// One 20 ms frame of a carrier's media socket: 160 bytes of µ-law in base64.
    static let frame: [UInt8] = {
        var queue = ByteQueue()
        queue.append(#"{"event":"media","sequence_number":"1042","stream_id":"6b0f5c61-53cb-4b21-89a4-9e1819c043bc","#)
        queue.append(#""media":{"track":"inbound","chunk":"1040","timestamp":"20800","payload":""#)
        let audio = (0..<160).map { UInt8(truncatingIfNeeded: $0 * 37) }
        Base64.standard.encode(audio.span, into: &queue)
        queue.append(#""}}"#)
        return queue.withUnsafeBytes { Array($0) }
    }()

    static let echo = Route(.get, "/echo") { (request: Request) in
        Response.webSocket(for: request) { socket in
            socket.onMessage { kind, payload in _ = socket.sendNow(kind, payload) }
            while try await socket.receive() != nil {}
        }
    }

    static let media = Route(.get, "/media") { (request: Request) in
        Response.webSocket(for: request) { socket in
            let desk = Desk()
            socket.onMessage { kind, payload in desk.answer(payload) { _ = socket.sendNow(kind, $0) } }
            while try await socket.receive() != nil {}
        }
    }
}

/// Hears a frame and says the same: JSON, base64 and µ-law, in and out.
private final class Desk {
    private var line = Line()

    func answer(_ message: Span<UInt8>, _ say: (Span<UInt8>) -> Void) { line.answer(message, say) }
}

/// All that a frame needs in one value, so that the class that holds it is accessed once a frame.
private struct Line: ~Copyable {
    private var parser = TelnyxMediaParser()
    private var samples = [Int16](repeating: 0, count: 160)
    private var coded = [UInt8](repeating: 0, count: 160)
    private var reply = ByteQueue()

    mutating func answer(_ message: Span<UInt8>, _ say: (Span<UInt8>) -> Void) {
        Self.answer(message, &parser, &samples, &coded, &reply, say)
    }

    /// Each of them for itself: a span of one would borrow the whole value.
    private static func answer(
        _ message: Span<UInt8>, _ parser: inout TelnyxMediaParser, _ samples: inout [Int16], _ coded: inout [UInt8],
        _ reply: inout ByteQueue, _ say: (Span<UInt8>) -> Void
    ) {
        do {
            guard case .media = try parser.parse(message) else { preconditionFailure("the load sends audio only") }
        } catch {
            preconditionFailure("\(error)")
        }
        var heard = samples.mutableSpan
        G711.muLaw.decode(parser.audio.bytes, into: &heard)
        var said = coded.mutableSpan
        G711.muLaw.encode(samples.span, into: &said)
        reply.removeAll()
        TelnyxMediaWriter.media(coded.span, to: &reply)
        say(reply.bytes)
    }
}
