import HTTP
import Loop
import Service
import TestKit
import Testing

@testable import Process

@Suite(.timeLimit(.minutes(1))) struct FrontDeskTests {
    private struct Leak: Error, CustomStringConvertible { let description = "caller +15551234567 said hello" }

    private static let routes = [
        Route(.get, "/calls/{id}") { (_: Request, id: String) in
            let context = WorkContext.current
            return .text("\(context.request?.description ?? "none") \(context.span?.trace.description ?? "none")")
        },
        Route(.post, "/calls") { (_: Request) in throw Leak() },
        Route(.get, "/refuses") { (_: Request) in throw Problem(.conflict, "already_ended") },
        Route(.get, "/readyz") { (_: Request) in .text("yes") },
    ]

    /// Serves the routes behind a front desk, and answers what `body` made of it, the log and the metrics.
    private func serve(
        tracer: Tracer = Tracer(), _ body: @escaping @Sendable (ServerUnderTest) async throws -> Void
    ) async throws -> (log: [String], metrics: String) {
        let capture = try LogCapture()
        let metrics = Metrics()
        let desk = FrontDesk(log: Log(capture.writer), tracer: tracer, series: RequestSeries(metrics))
        let router = Router(Self.routes, middleware: [desk.middleware])
        try await ServerUnderTest.with(router: router) { try await body($0) }
        return (capture.lines(), metrics.exposition)
    }

    private func get(_ path: String, _ headers: String = "", method: String = "GET") -> String {
        "\(method) \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\(headers)\r\n"
    }

    @Test func `a request keeps a sane id of its caller, and gets one otherwise`() async throws {
        _ = try await serve { server in
            let kept = try #require(try await server.exchange(get("/calls/7", "X-Request-ID: req-42\r\n")).first)
            #expect(kept["X-Request-ID"] == "req-42")
            #expect(kept.text.hasPrefix("req-42 "))
            var made: Set<String> = []
            for header in ["", "X-Request-ID: a b\r\n", "X-Request-ID: +15551234567\r\n", "X-Request-ID: \r\n"] {
                let answer = try #require(try await server.exchange(get("/calls/7", header)).first)
                let id = try #require(answer["X-Request-ID"])
                #expect(id.count == 36 && id.split(separator: "-")[2].hasPrefix("7"))
                #expect(answer.text.hasPrefix(id))
                made.insert(id)
            }
            #expect(made.count == 4)
        }
    }

    @Test func `a trace goes on, and a broken or doubled header begins a new one`() async throws {
        _ = try await serve { server in
            let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
            let header = "traceparent: 00-\(trace)-00f067aa0ba902b7-01\r\n"
            let known = try #require(try await server.exchange(get("/calls/7", header)).first)
            #expect(known.text.hasSuffix(trace))
            for header in [header + header, "traceparent: 00-\(trace)-bad-01\r\n", ""] {
                let fresh = try #require(try await server.exchange(get("/calls/7", header)).first)
                #expect(!fresh.text.hasSuffix(trace) && !fresh.text.hasSuffix("none"))
            }
        }
    }

    @Test func `an unknown error is a 500 that says nothing, and its words are in no log`() async throws {
        let (log, _) = try await serve { server in
            let answer = try #require(
                try await server.exchange(get("/calls", "X-Request-ID: req-1\r\n", method: "POST")).first)
            #expect(answer.status == 500)
            #expect(answer["Content-Type"] == "application/problem+json")
            #expect(answer["X-Request-ID"] == "req-1")
            #expect(answer.text.contains(#""code":"internal_error""#) && answer.text.contains("urn:request:req-1"))
            #expect(!answer.text.contains("hello") && !answer.text.contains("Leak"))
        }
        #expect(log.contains { $0.contains(#""event":"request_failed","process":"test","request_id":"req-1""#) })
        #expect(log.contains { $0.contains(#""error":"Leak""#) })
        #expect(!log.joined().contains("5551234567"))
    }

    @Test func `each request is one line and one count, by route and not by path`() async throws {
        let (log, metrics) = try await serve { server in
            _ = try await server.exchange(get("/calls/7"))
            _ = try await server.exchange(get("/calls/8?secret=1"))
            _ = try await server.exchange(get("/refuses"))
            _ = try await server.exchange(get("/no/such/path"))
            _ = try await server.exchange(get("/readyz"))
            _ = try await server.exchange(get("/calls", method: "DELETE"))
        }
        let lines = log.filter { $0.contains("request_served") }
        #expect(lines.count == 5, "operations are logged at debug only")
        #expect(lines.filter { $0.contains(#""route":"/calls/{id}","status":200,"took_ms":"#) }.count == 2)
        #expect(!log.joined().contains("secret") && !log.joined().contains("/no/such"))
        for series in [
            #"{method="GET",route="/calls/{id}",status="200"} 2"#, #"{method="GET",route="/refuses",status="409"} 1"#,
            #"{method="GET",route="unmatched",status="404"} 1"#, #"{method="DELETE",route="unmatched",status="405"} 1"#,
        ] {
            #expect(metrics.contains("http_requests_total" + series), "\(series)")
        }
        #expect(metrics.contains(#"http_request_seconds_count{route="/calls/{id}"} 2"#))
    }
}
