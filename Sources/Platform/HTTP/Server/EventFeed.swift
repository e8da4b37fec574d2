import Loop

/// One event of a `text/event-stream` (WHATWG HTML, server-sent events).
package struct ServerEvent: Hashable, Sendable {
    /// Where the client resumes, told back as `Last-Event-ID`.
    package var id: String?
    package var name: String?
    /// Any text; each of its lines becomes a line of the event.
    package var data: String
    /// How long the client waits before it connects again.
    package var retry: Duration?

    package init(_ data: String, name: String? = nil, id: String? = nil, retry: Duration? = nil) {
        self.data = data
        self.name = name
        self.id = id
        self.retry = retry
    }

    /// As it is sent: made once, it can be sent to many.
    package var bytes: [UInt8] {
        var head = ""
        if let id { head += "id: \(Self.line(id))\n" }
        if let name { head += "event: \(Self.line(name))\n" }
        if let retry { head += "retry: \(retry.wholeNanoseconds / 1_000_000)\n" }
        var bytes = Array(head.utf8)
        for line in Self.lines(of: Array(data.utf8)) {
            bytes += "data: ".utf8
            bytes += line
            bytes.append(UInt8(ascii: "\n"))
        }
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    /// Only CR, LF and both together end a line here: other separators may stand in JSON as they are.
    private static func lines(of text: [UInt8]) -> [ArraySlice<UInt8>] {
        let (feed, carriage) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        var index = 0
        while index < text.count {
            let byte = text[index]
            index += 1
            guard byte == feed || byte == carriage else { continue }
            lines.append(text[start..<(index - 1)])
            if byte == carriage, index < text.count, text[index] == feed { index += 1 }
            start = index
        }
        return lines + [text[start...]]
    }

    /// What can't hold a line end: the rest of it would be read as fields of its own.
    private static func line(_ text: String) -> String { String(text.filter { !$0.isNewline && $0 != "\0" }) }
}

/// Sends events to one client, and a comment as a sign of life whenever nothing was sent for a while.
///
/// Lives on the connection's loop, like the writer under it.
package final class EventFeed: @unchecked Sendable {
    private let writer: ResponseWriter
    private let heartbeat: Duration
    private var hasSpoken = false
    private lazy var timer = Timer { [unowned self] in beat() }

    init(_ writer: ResponseWriter, heartbeat: Duration) {
        self.writer = writer
        self.heartbeat = heartbeat
    }

    /// Suspends while the client is too far behind; throws like `ResponseWriter.write`.
    package func send(_ event: ServerEvent) async throws {
        hasSpoken = true
        try await writer.write(event.bytes)
    }

    /// The bytes of one or more events, made before.
    package func send(bytes: [UInt8]) async throws {
        hasSpoken = true
        try await writer.write(bytes)
    }

    func begin() { writer.loop.arm(timer, at: writer.loop.turn + heartbeat) }
    func end() { writer.loop.disarm(timer) }

    private func beat() {
        do {
            if !hasSpoken { try writer.writeIfIdle(Array(": \n\n".utf8)) }
            hasSpoken = false
            begin()
        } catch {
            // The client has gone: the next `send` says so to the one who can act on it.
            end()
        }
    }
}

extension Response {
    /// A feed of events that lasts until `produce` returns, the client goes or the server drains.
    package static func events(
        heartbeat: Duration = .seconds(15), _ produce: @escaping @Sendable (EventFeed) async throws -> Void
    ) -> Response {
        let stream = BodyStream(atDrain: .ends) { writer in
            let feed = EventFeed(writer, heartbeat: heartbeat)
            feed.begin()
            defer { feed.end() }
            try await produce(feed)
        }
        return Response.stream(.eventStream, stream).with(.cacheControl, "no-store")
    }
}
