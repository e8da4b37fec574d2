import FoundationEssentials
import Loop
import Synchronization
import TestKit
import Testing

@testable import Service

@Suite struct TracerTests {
    /// A collector that answers what it is told to.
    private final class Collector: Sendable {
        private struct State {
            var bodies: [[UInt8]] = []
            var headers: [String] = []
            var replies: [ExportReply] = []
        }
        private let state = Mutex(State())

        init(_ replies: [ExportReply] = []) { state.withLock { $0.replies = replies } }

        var bodies: [[UInt8]] { state.withLock { $0.bodies } }
        var headers: [String] { state.withLock { $0.headers } }

        func take(_ body: [UInt8], _ headers: [TraceHeader]) throws -> ExportReply {
            try state.withLock { state in
                state.bodies.append(body)
                state.headers = headers.map { "\($0.name)=\($0.value.revealed)" }
                let reply =
                    state.replies.isEmpty ? .answered(status: 200, retryAfter: nil) : state.replies.removeFirst()
                if case .unreachable = reply { throw CancellationError() }
                return reply
            }
        }
    }

    private func exporter(_ collector: Collector, on loop: Loop) -> SpanExporter {
        SpanExporter(
            resource: TraceResource(serviceName: "voice-api", serviceVersion: "1.0", instance: "i-1"),
            headers: [TraceHeader(name: "key", value: Secret("k"))], loop: loop
        ) { body, headers in try collector.take(body, headers) }
    }

    private struct Body: Decodable {
        struct Resource: Decodable { let scopeSpans: [Scope] }
        struct Scope: Decodable { let spans: [Exported] }
        struct Exported: Decodable {
            let traceId: String
            let spanId: String
            let parentSpanId: String?
            let traceState: String?
            let name: String
            let kind: Int
            let startTimeUnixNano: String
            let endTimeUnixNano: String
            let status: Status?
            let events: [Event]
        }
        struct Status: Decodable { let code: Int, message: String }
        struct Event: Decodable { let name: String }
        let resourceSpans: [Resource]
    }

    private func spans(_ bodies: [[UInt8]]) throws -> [Body.Exported] {
        try bodies.flatMap { try JSONDecoder().decode(Body.self, from: Data($0)).resourceSpans[0].scopeSpans[0].spans }
    }

    @Test func `spans nest, carry errors and leave in one batch`() async throws {
        let collector = Collector()
        try await Loops.with { loops in
            let exporter = exporter(collector, on: loops.first)
            let tracer = Tracer(ratio: 1, exporter: exporter)
            struct Failure: Error {}
            await #expect(throws: Failure.self) {
                try await tracer.withSpan("POST /v1/calls", .server) { outer in
                    outer.set(.count("http.response.status_code", 500))
                    #expect(WorkContext.current.span == outer.context)
                    try await tracer.withSpan("query", .client) { inner in
                        inner.event("retried", .count("times", 1))
                        #expect(inner.context.trace == outer.context.trace)
                        throw Failure()
                    }
                }
            }
            #expect(WorkContext.current.span == nil)
            exporter.stop()
            await exporter.run()
            #expect(exporter.statistics == .init(sent: 2))
        }
        let spans = try spans(collector.bodies)
        #expect(spans.map(\.name) == ["query", "POST /v1/calls"])
        #expect(spans[0].parentSpanId == spans[1].spanId && spans[1].parentSpanId == nil)
        #expect(spans[0].traceId == spans[1].traceId)
        #expect(spans.map(\.kind) == [3, 2])
        #expect(spans.map { $0.status?.code } == [2, 2])
        #expect(spans[0].status?.message == "Failure")
        #expect(spans[0].events.map(\.name) == ["retried"])
        #expect(spans.allSatisfy { (UInt64($0.endTimeUnixNano) ?? 0) >= (UInt64($0.startTimeUnixNano) ?? .max) })
        #expect(collector.headers == ["key=k"])
    }

    @Test func `one span reads as the protocol wants it`() throws {
        let context = try #require(
            TraceContext(parent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", state: "a=1"))
        let start = WallTime(nanosecondsSinceEpoch: 1_795_000_000_000_000_000)
        let span = FinishedSpan(
            context: context, parent: SpanID(0xa3ce_929d_0e0e_4736), name: "a \"b\"", kind: .server, start: start,
            end: start,
            fields: [
                .count("http.response.status_code", 200), .flag("ok", true), .duration("took", .milliseconds(2)),
                .sensitive("x", 1),
            ])
        let resource = TraceResource(serviceName: "voice-api", serviceVersion: "1.0", instance: nil)
        #expect(
            String(decoding: OTLPBody.of([span], resource), as: UTF8.self) == #"""
                {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"voice-api"}},\#
                {"key":"service.version","value":{"stringValue":"1.0"}}]},"scopeSpans":[{"scope":{"name":"ledgerline"},"spans":[\#
                {"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7","parentSpanId":"a3ce929d0e0e4736",\#
                "traceState":"a=1","flags":1,"name":"a \"b\"","kind":2,"startTimeUnixNano":"1795000000000000000",\#
                "endTimeUnixNano":"1795000000000000000","attributes":[\#
                {"key":"http.response.status_code","value":{"intValue":"200"}},{"key":"ok","value":{"boolValue":true}},\#
                {"key":"took_ms","value":{"doubleValue":2.000}},{"key":"x","value":{"stringValue":"[redacted]"}}],\#
                "events":[]}]}]}]}
                """#)
    }

    @Test func `a caller's decision is kept, and our own follows the ratio`() async throws {
        try await Loops.with { loops in
            let exporter = exporter(Collector(), on: loops.first)
            let all = Tracer(ratio: 1, exporter: exporter)
            let none = Tracer(ratio: 0, exporter: exporter)
            let half = Tracer(ratio: 0.5, exporter: exporter)
            let asked = TraceContext(parent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
            let declined = TraceContext(parent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00")
            #expect(none.begin("x", parent: asked).isRecorded)
            #expect(!all.begin("x", parent: declined).isRecorded)
            #expect(all.begin("x", parent: nil).isRecorded)
            #expect(!none.begin("x", parent: nil).isRecorded)
            let taken = (0..<10_000).count { _ in half.begin("x", parent: nil).isRecorded }
            #expect((4_500...5_500).contains(taken))
            let silent = Tracer().begin("x", parent: asked)
            #expect(!silent.isRecorded && silent.context.sampling == .recorded && silent.context.trace == asked?.trace)
        }
    }

    @Test func `a span keeps a bounded number of fields and events`() async throws {
        let collector = Collector()
        try await Loops.with { loops in
            let exporter = exporter(collector, on: loops.first)
            await Tracer(ratio: 1, exporter: exporter).withSpan("x") { span in
                for number in 0..<100 {
                    span.set(.count("n", number))
                    span.event("e")
                }
            }
            exporter.stop()
            await exporter.run()
        }
        let text = String(decoding: try #require(collector.bodies.first), as: UTF8.self)
        #expect(text.contains(#""droppedAttributesCount":36"#) && text.contains(#""droppedEventsCount":36"#))
    }

    @Test func `spans leave in batches as soon as one is full`() async throws {
        let collector = Collector()
        try await Loops.with { loops in
            let exporter = exporter(collector, on: loops.first)
            let tracer = Tracer(ratio: 1, exporter: exporter)
            async let life: Void = exporter.run()
            for _ in 0..<SpanExporter.batchMax { await tracer.withSpan("x") { _ in } }
            try await loops.first.until("a full batch is sent") { exporter.statistics.sent == 512 }
            for _ in 0..<700 { await tracer.withSpan("x") { _ in } }
            exporter.stop()
            await life
            #expect(exporter.statistics == .init(sent: 1_212))
        }
        #expect(try collector.bodies.map { try spans([$0]).count }.max() == 512)
    }

    @Test func `when too many wait, the newest are dropped and counted`() async throws {
        try await Loops.with { loops in
            let exporter = exporter(Collector(), on: loops.first)
            let tracer = Tracer(ratio: 1, exporter: exporter)
            for _ in 0..<2_100 { await tracer.withSpan("x") { _ in } }
            #expect(exporter.statistics.overflowed == 52)
            exporter.stop()
            await exporter.run()
            #expect(exporter.statistics == .init(sent: 2_048, overflowed: 52))
        }
    }

    @Test func `a batch that may be repeated is repeated, another is dropped`() async throws {
        let collector = Collector([
            .answered(status: 503, retryAfter: .zero), .answered(status: 429, retryAfter: .milliseconds(1)),
            .answered(status: 200, retryAfter: nil), .answered(status: 400, retryAfter: nil),
        ])
        try await Loops.with { loops in
            let exporter = exporter(collector, on: loops.first)
            let tracer = Tracer(ratio: 1, exporter: exporter)
            for _ in 0..<1_024 { await tracer.withSpan("x") { _ in } }
            async let life: Void = exporter.run()
            try await loops.first.until("both batches are done") {
                exporter.statistics == .init(sent: 512, refused: 512)
            }
            exporter.stop()
            await life
        }
        #expect(collector.bodies.count == 4)
        #expect(collector.bodies[0] == collector.bodies[2])
    }

    @Test func `a stop does not wait for a collector that is away, and a cancel waits for nothing`() async throws {
        try await Loops.with { loops in
            let away = exporter(Collector(Array(repeating: .unreachable, count: 9)), on: loops.first)
            let tracer = Tracer(ratio: 1, exporter: away)
            for _ in 0..<600 { await tracer.withSpan("x") { _ in } }
            let life = Task(executorPreference: loops.first) { await away.run() }
            try await loops.first.until("a batch was tried") { away.statistics.sent == 0 }
            away.stop()
            await life.value
            #expect(away.statistics == .init(refused: 600))

            let cancelled = exporter(Collector(), on: loops.first)
            let other = Tracer(ratio: 1, exporter: cancelled)
            for _ in 0..<10 { await other.withSpan("x") { _ in } }
            let second = Task(executorPreference: loops.first) { await cancelled.run() }
            second.cancel()
            await second.value
            #expect(cancelled.statistics == .init(refused: 10))
        }
    }

    @Test func `the pace of retries follows the collector's wish, else doubles with jitter, and ends`() {
        var pace = ExportPace()
        #expect(pace.answered(.answered(status: 503, retryAfter: .seconds(7)), jitter: 0) == .again(after: .seconds(7)))
        #expect(pace.answered(.answered(status: 502, retryAfter: nil), jitter: 0) == .again(after: .seconds(2)))
        #expect(pace.answered(.unreachable, jitter: 1) == .again(after: .seconds(2)))
        #expect(
            pace.answered(.answered(status: 504, retryAfter: .seconds(999)), jitter: 0) == .again(after: .seconds(30)))
        #expect(pace.answered(.unreachable, jitter: 0) == .dropped(.unreachable))
        for status in [200, 202, 299] {
            var pace = ExportPace()
            #expect(pace.answered(.answered(status: status, retryAfter: nil), jitter: 0) == .delivered)
        }
        for status in [301, 400, 401, 404, 413, 500, 501] {
            var pace = ExportPace()
            #expect(pace.answered(.answered(status: status, retryAfter: nil), jitter: 0) == .dropped(.refused))
        }
    }
}
