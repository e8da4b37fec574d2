import Glibc
import HTTP
import Loop
import Service
import Synchronization
import TestKit
import Testing

@testable import Process

@Suite(.timeLimit(.minutes(1))) struct StationTests {
    /// Nobody listens on port 1.
    private static let absent = ["DATABASE_URL": "postgresql://x@127.0.0.1:1/x", "REDIS_URL": "redis://127.0.0.1:1"]
    private static let present = ["DATABASE_URL", "REDIS_URL"].reduce(into: [String: String]()) { found, name in
        if let value = getenv(name) { found[name] = String(cString: value) }
    }

    private struct Running: Sendable {
        let port: UInt16
        let loop: Loop
        let stop: @Sendable () -> Void

        func get(_ path: String) async throws -> RawResponse {
            let connection = try await RawConnection(port: port)
            try await connection.send("GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return try await connection.response()
        }
    }

    /// Runs a station until `body` is done, and answers how it ended and what it logged.
    private func run(
        _ variables: [String: String], routes: [Route] = [], services: [ServiceGroup.Member] = [],
        _ body: @escaping @Sendable (Running) async throws -> Void
    ) async throws -> (outcome: ServiceGroup.Outcome, log: [String]) {
        let capture = try LogCapture()
        var reader = SettingsReader(SettingsSource(variables.merging(["LEDGERLINE_ADDRESS": "127.0.0.1"]) { $1 }))
        let settings = CommonSettings(&reader)
        try reader.finish()
        let identity = ProcessIdentity(name: "ledgerline-test", role: "test", purpose: "is tested.")
        let plan = StationPlan(identity, settings, port: try FreePort.find())
        let outcome = try await Loops.with(2) { loops in
            let opened = Mutex<(@Sendable () -> Void)?>(nil)
            let working = Mutex(false)
            let probe = ServiceGroup.Member("probe") { shift in
                shift.ready()
                working.withLock { $0 = true }
                await shift.untilOver()
            }
            let station = Task(executorPreference: loops.first) {
                try await Station.run(
                    plan, on: loops, log: Log(capture.writer), metrics: Metrics(), exitNow: {},
                    started: { stop in opened.withLock { $0 = stop } },
                    duties: { _ in Duties(routes: routes, services: services + [probe], title: "Test") })
            }
            try await loops.first.until("the station works") { working.withLock { $0 } }
            let end = try #require(opened.withLock { $0 })
            let isEnding = Mutex(false)
            // Asking twice would end the process at once, so whoever asks first is the only one.
            let stop: @Sendable () -> Void = {
                let isFirst = isEnding.withLock { was in
                    defer { was = true }
                    return !was
                }
                if isFirst { end() }
            }
            let result: Result<Void, any Error>
            do {
                result = .success(try await body(Running(port: plan.port, loop: loops.first, stop: stop)))
            } catch {
                result = .failure(error)
            }
            stop()
            let outcome = try await station.value
            try result.get()
            return outcome
        }
        return (outcome, capture.lines())
    }

    private func events(_ log: [String], _ event: String) -> [String] {
        log.filter { $0.contains("\"event\":\"\(event)\"") }
    }

    @Test func `a station opens without its servers, is alive but not ready, and says why`() async throws {
        let (outcome, log) = try await run(Self.absent) { running in
            try await running.loop.until("Postgres was tried") {
                try await running.get("/readyz").text.contains("could not connect")
            }
            let ready = try await running.get("/readyz")
            #expect(ready.status == 503)
            #expect(ready.text.contains(#""status":"down","checks":[{"name":"accepting","status":"up""#))
            #expect(ready.text.contains(#""name":"redis","status":"down","reason":"redis connect: "#))
            #expect(try await running.get("/healthz").status == 200)
            let metrics = try await running.get("/metrics")
            #expect(metrics["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(metrics.text.contains("\npostgres_connections{loop=\"loop-1\"} 0\n"))
            #expect(metrics.text.contains("\nredis_connects_failed_total{loop=\"loop-0\"} "))
            let document = try await running.get("/openapi.json")
            #expect(document.text.contains(#""openapi":"3.1.0""#) && document.text.contains(#""/readyz""#))
        }
        #expect(outcome.exitCode == 0)
        #expect(!events(log, "postgres_connect_failed").isEmpty && !events(log, "redis_connect_failed").isEmpty)
    }

    @Test(.enabled(if: present.count == 2)) func `with its servers there a station is ready`() async throws {
        let (outcome, _) = try await run(Self.present) { running in
            try await running.loop.until("every loop has its connections") {
                let ready = try await running.get("/readyz")
                return ready.status == 200 && ready.text.hasPrefix(#"{"status":"up""#)
            }
            try await running.loop.until("the connections are counted") {
                try await running.get("/metrics").text.contains("\npostgres_connections{loop=\"loop-1\"} 2\n")
            }
        }
        #expect(outcome.exitCode == 0)
    }

    @Test func `a stop takes readiness back first, answers what runs, and closes the rest in reverse`() async throws {
        let asked = Mutex(0)
        let release = Mutex(false)
        let slow = Route(.get, "/slow") { (_: Request) in
            asked.withLock { $0 += 1 }
            while !release.withLock({ $0 }) { try await Loop.current?.sleep(for: .milliseconds(1)) }
            return .text("done")
        }
        let (outcome, log) = try await run(Self.absent, routes: [slow]) { running in
            async let answer = running.get("/slow")
            try await running.loop.until("the slow request runs") { asked.withLock { $0 } == 1 }
            running.stop()
            try await running.loop.until("nobody is let in any more") {
                do { return try await running.get("/healthz").status == 0 } catch { return true }
            }
            release.withLock { $0 = true }
            let response = try await answer
            #expect(response.status == 200 && response.text == "done")
        }
        #expect(outcome.exitCode == 0)
        let order = events(log, "service_stopping").compactMap { $0.split(separator: "\"service\":").last }
        #expect(order == ["\"doors\"}", "\"server\"}", "\"probe\"}", "\"workbench\"}", "\"workbench\"}"])
        #expect(events(log, "drained").first?.contains("\"connections_cut\":0") == true)
    }

    @Test func `a service that fails ends the station with its error`() async throws {
        struct Broken: Error {}
        let broken = ServiceGroup.Member("broken") { shift in
            shift.ready()
            throw Broken()
        }
        let (outcome, log) = try await run(Self.absent, services: [broken]) { _ in }
        #expect(outcome.exitCode == 1)
        #expect(events(log, "service_failed").first?.contains(#""service":"broken","error":"Broken""#) == true)
    }

    @Test func `spans reach the collector before the station ends`() async throws {
        let bodies = Mutex<[String]>([])
        let collector: Handler = { request in
            bodies.withLock {
                $0.append("\(request.headers["api-key"] ?? "")|" + String(decoding: request.body, as: UTF8.self))
            }
            return .json(Array("{}".utf8))
        }
        try await ServerUnderTest.with(handler: collector) { under in
            let variables = Self.absent.merging([
                "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:\(under.server.port)", "LEDGERLINE_TRACE_RATIO": "1",
                "OTEL_EXPORTER_OTLP_HEADERS": "api-key=k", "OTEL_SERVICE_NAME": "traced",
            ]) { $1 }
            _ = try await run(variables) { running in
                _ = try await running.get("/healthz")
                _ = try await running.get("/nowhere")
            }
        }
        let sent = bodies.withLock { $0 }.joined()
        #expect(sent.hasPrefix("k|{\"resourceSpans\""))
        #expect(sent.contains(#""stringValue":"traced""#))
        #expect(sent.contains(#""name":"/healthz""#) && sent.contains(#""name":"unmatched""#))
    }
}
