import Loop
import TestKit
import Testing

@testable import HTTP

/// Server-sent events, from bytes and over a connection.
@Suite(.timeLimit(.minutes(1))) struct ClientEventsTests {
    struct Stream: CustomStringConvertible, Sendable {
        let description: String
        let text: String
        let events: [ServerSentEvent]
    }

    static let streams = [
        Stream(description: "one event", text: "data: hi\n\n", events: [.init(data: "hi")]),
        Stream(description: "lines of data", text: "data: a\ndata:b\ndata:  c\n\n", events: [.init(data: "a\nb\n c")]),
        Stream(
            description: "names and ids", text: "id: 7\nevent: delta\ndata: x\n\ndata: y\n\n",
            events: [.init(id: "7", event: "delta", data: "x"), .init(id: "7", data: "y")]),
        Stream(
            description: "CR LF", text: "data: a\r\n\r\ndata: b\r\n\r\n", events: [.init(data: "a"), .init(data: "b")]),
        Stream(description: "CR", text: "data: a\r\rdata: b\r\r", events: [.init(data: "a"), .init(data: "b")]),
        Stream(
            description: "mixed ends", text: "data: a\r\n\ndata: b\n\r\n", events: [.init(data: "a"), .init(data: "b")]),
        Stream(description: "a byte order mark", text: "\u{feff}data: a\n\n", events: [.init(data: "a")]),
        Stream(
            description: "comments and unknown fields", text: ": ping\nfoo: bar\nbaz\ndata: a\n\n",
            events: [.init(data: "a")]),
        Stream(description: "empty data", text: "data\n\n", events: [.init(data: "")]),
        Stream(description: "an event without data", text: "event: x\n\ndata: a\n\n", events: [.init(data: "a")]),
        Stream(description: "an id with NUL", text: "id: a\0b\ndata: a\n\n", events: [.init(data: "a")]),
        Stream(description: "an unfinished event", text: "data: a\n\ndata: b\n", events: [.init(data: "a")]),
        Stream(description: "a colon in data", text: "data: {\"a\": 1}\n\n", events: [.init(data: "{\"a\": 1}")]),
    ]

    @Test(arguments: streams, [1, 2, 3, 1000])
    func `a stream is read as the standard wants, wherever it is cut`(_ stream: Stream, cut: Int) throws {
        let bytes = Array(stream.text.utf8)
        var parser = ServerSentEventParser(bytesMax: 100)
        var events: [ServerSentEvent] = []
        for start in stride(from: 0, to: bytes.count, by: cut) {
            let piece = Array(bytes[start..<min(start + cut, bytes.count)])
            var position = 0
            while let event = try parser.next(piece.span, from: &position) { events.append(event) }
        }
        #expect(events == stream.events)
    }

    @Test func `retry is taken when it is a number`() throws {
        var parser = ServerSentEventParser(bytesMax: 100)
        var position = 0
        let bytes = Array("retry: 1500\nretry: soon\ndata: a\n\n".utf8)
        _ = try parser.next(bytes.span, from: &position)
        #expect(parser.retry == .milliseconds(1500))
    }

    @Test(arguments: [
        "data: \(String(repeating: "x", count: 200))", String(repeating: "data: xxxxxxxxxx\n", count: 20),
    ])
    func `a line or an event that grows without end is refused`(_ text: String) {
        var parser = ServerSentEventParser(bytesMax: 100)
        var position = 0
        let bytes = Array(text.utf8)
        var fault: ServerSentEventParser.Fault?
        do throws(ServerSentEventParser.Fault) { _ = try parser.next(bytes.span, from: &position) } catch {
            fault = error
        }
        #expect(fault == .tooLong)
    }

    @Test func `events come one by one over a connection, until it ends`() async throws {
        try await ClientTests.with(script: { connection in
            _ = try await connection.read()
            try await connection.send(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
            for piece in ["data: o", "ne\n\nid: 2\nda", "ta: two\n\n"] {
                try await connection.send("\(String(piece.utf8.count, radix: 16))\r\n\(piece)\r\n")
                try await connection.loop.sleep(for: .milliseconds(2))
            }
            try await connection.send("0\r\n\r\n")
        }) { client, server, _ in
            let response = try await client.send(ClientRequest(.get, server.url()))
            let events = ServerSentEvents(response.body)
            var all: [ServerSentEvent] = []
            while let event = try await events.next() { all.append(event) }
            #expect(all == [.init(data: "one"), .init(id: "2", data: "two")])
            #expect(events.lastID == "2")
        }
    }
}
