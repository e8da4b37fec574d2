import FoundationEssentials
import Glibc
import Loop
import Service
import Synchronization
import TestKit
import Testing

@Suite struct LogTests {
    private enum Method: String, CaseIterable { case get = "GET" }

    private struct Line: Decodable {
        let time: String
        let level: String
        let event: String
        let process: String
        let requestID: String?
        let callID: String?

        private enum CodingKeys: String, CodingKey {
            case time, level, event, process
            case requestID = "request_id"
            case callID = "call_id"
        }
    }

    private func decode(_ line: String) throws -> Line { try JSONDecoder().decode(Line.self, from: Data(line.utf8)) }

    @Test func `a line is one JSON object with context and fields`() throws {
        let capture = try LogCapture()
        let log = Log(capture.writer).with(request: Token("req-1"), call: Token(high: 1, low: 2))
        log.info(
            "request_served", .kind("method", Method.get), .count("status", 200),
            .duration("took", .microseconds(1_234)),
            .text("route", "/v1/calls/{id}"), .flag("cached", true), .ratio("share", 0.5),
            .error(SystemError(call: "read", code: EIO)))
        let line = try #require(capture.lines().first)
        let rest = try #require(line.firstIndex(of: ",").map { line[$0...] })
        #expect(
            rest == """
                ,"level":"info","event":"request_served","process":"test","request_id":"req-1",\
                "call_id":"00000000-0000-0001-0000-000000000002","method":"GET","status":200,"took_ms":1.234,\
                "route":"/v1/calls/{id}","cached":true,"share":0.5,"error":"read: Input/output error"}
                """)
        let decoded = try decode(line)
        #expect(decoded.time.count == 24 && decoded.time.hasSuffix("Z"))
    }

    @Test func `a narrower log replaces what it names and keeps the rest`() throws {
        let capture = try LogCapture()
        let log = Log(capture.writer).with(request: Token("a"), call: Token("c"))
        log.with(request: Token("b")).info("happened")
        let decoded = try decode(try #require(capture.lines().first))
        #expect(decoded.requestID == "b")
        #expect(decoded.callID == "c")
    }

    @Test func `lines below the threshold are not written`() throws {
        let capture = try LogCapture()
        let log = Log(capture.writer, threshold: .warn)
        log.debug("a")
        log.info("b")
        log.warn("c")
        log.error("d")
        #expect(try capture.lines().map { try decode($0).event } == ["c", "d"])
        #expect(capture.writer.statistics.linesTaken == 2)
    }

    @Test(arguments: [
        "+15551234567", "5551234567", "555-123-4567", "+1.555.123.4567", "Hi, my name is Ana", "ana@example.org", "",
        "a\nb",
        "\u{0}", "\"", "naïve", String(repeating: "x", count: 129),
    ])
    func `what looks like a phone number or a sentence is no id`(text: String) throws {
        let capture = try LogCapture()
        Log(capture.writer).with(request: Token(text)).info("happened", .id("peer", Token(text)))
        let line = capture.text()
        #expect(line.contains(#""request_id":"[redacted]","peer":"[redacted]"}"#))
        #expect(text.isEmpty || line.split(separator: "\n").count == 1)
    }

    @Test(arguments: ["018f6c1e-77aa-7bbb-8ccc-0123456789ab", "req_42", "123456", "v3:abc~DEF/x.y", "4bf92f3577b34da6"])
    func `what looks like an id stays`(text: String) { #expect(Token(text).description == text) }

    @Test func `errors with words of others show only their type`() throws {
        struct Leak: Error, CustomStringConvertible { let description = "caller said: +15551234567" }
        let capture = try LogCapture()
        let log = Log(capture.writer)
        log.error(
            "failed", .error(Leak()), .sensitive("transcript", "hello there"), .sensitive("phone", "+15551234567"))
        let text = capture.text()
        #expect(text.hasSuffix(#""error":"Leak","transcript":"[redacted]","phone":"[redacted]"}"# + "\n"))
    }

    @Test func `control characters, quotes and odd numbers are escaped`() throws {
        struct Words: Harmless { let description = "a\"b\\c\nd\u{1}e\u{7f}é\u{2028}" }
        let capture = try LogCapture()
        Log(capture.writer).info(
            "odd", .harmless("words", Words()), .ratio("nan", .nan), .ratio("inf", .infinity), .count("least", .min),
            .duration("before", .milliseconds(-1)))
        let line = try #require(capture.lines().first)
        #expect(
            line.hasSuffix(
                #""words":"a\"b\\c\nd\u0001e\u007fé"# + "\u{2028}"
                    + #"","nan":null,"inf":null,"least":-9223372036854775808,"before_ms":-1.000}"#))
        _ = try decode(line)
    }

    @Test func `people get colours and no JSON`() throws {
        let capture = try LogCapture(format: .human)
        Log(capture.writer).with(call: Token("c-1")).warn(
            "late", .duration("by", .seconds(2)), .text("why", "no reason"))
        let line = try #require(capture.lines().first)
        #expect(line.hasSuffix("\u{1b}[33mWARN\u{1b}[0m  late by_ms=2000.000 why=\"no reason\" call_id=c-1"))
    }

    @Test func `lines of many threads arrive whole and none is lost`() async throws {
        let capture = try LogCapture()
        let log = Log(capture.writer)
        try await Loops.with(2) { loops in
            await withTaskGroup(of: Void.self) { group in
                for task in 0..<20 {
                    group.addTask(executorPreference: loops.all[task % 2]) {
                        for number in 0..<500 { log.info("line", .count("task", task), .count("number", number)) }
                    }
                }
            }
        }
        let lines = capture.lines()
        #expect(lines.count == 10_000)
        #expect(Set(lines.map { $0.drop { $0 != "p" } }).count == 10_000)
        #expect(lines.allSatisfy { $0.hasPrefix("{\"time\"") && $0.hasSuffix("}") })
    }

    @Test func `when the reader stops, lines are dropped and counted instead of waiting`() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let writer = try LogWriter(process: "test", format: .json, descriptor: ends[1], limit: 64 << 10)
        let log = Log(writer)
        // The pipe takes 64 KiB, the queue as much; the rest has no place.
        for number in 0..<5_000 { log.info("line", .count("number", number)) }
        let dropped = writer.statistics.linesDropped
        #expect(dropped > 0)
        #expect(writer.statistics.linesTaken + dropped == 5_000)

        let text = Mutex("")
        let source = ends[0]
        let reader = try Thread(name: "reader") {
            var bytes: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = read(source, &chunk, chunk.count)
                if count <= 0 { break }
                bytes += chunk[..<count]
            }
            text.withLock { $0 = String(decoding: bytes, as: UTF8.self) }
        }
        writer.close()
        close(ends[1])
        reader.join()
        close(ends[0])
        let lines = text.withLock { $0 }.split(separator: "\n")
        let told = lines.filter { $0.contains("log_lines_dropped") }
        #expect(UInt64(lines.count - told.count) == writer.statistics.linesTaken)
        let counts = told.compactMap { line in line.split(separator: ":").last.flatMap { UInt64($0.dropLast()) } }
        #expect(counts.reduce(0, +) == dropped)
    }

    @Test func `a reader that has gone costs lines and nothing else`() throws {
        signal(SIGPIPE, SIG_IGN)
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        close(ends[0])
        let writer = try LogWriter(process: "test", format: .json, descriptor: ends[1])
        let log = Log(writer)
        for _ in 0..<100 { log.info("line") }
        writer.close()
        close(ends[1])
        #expect(writer.statistics.linesDropped == 100)
        log.info("late")
        #expect(writer.statistics.linesDropped == 101)
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_400_000_000_000, "2000-02-29T00:00:00.000Z"),
            (1_709_251_199_999_999_999, "2024-02-29T23:59:59.999Z"),
            (4_102_444_800_000_000_000, "2100-01-01T00:00:00.000Z"),
            (1_795_000_000_123_456_789, "2026-11-18T11:06:40.123Z"),
        ] as [(UInt64, String)])
    func `times are written as RFC 3339`(nanoseconds: UInt64, text: String) {
        #expect(WallTime(nanosecondsSinceEpoch: nanoseconds).description == text)
    }
}
