import Glibc
import Loop
import TestKit
import Testing

/// From the start of a process to its end in good order.
@Suite(.timeLimit(.minutes(2)), .serialized) struct LifeTests {
    @Test(arguments: ProcessUnderTest.Name.allCases)
    func `it becomes ready, and SIGTERM ends it in good order`(name: ProcessUnderTest.Name) async throws {
        try await Loops.with { loops in
            try await ProcessUnderTest.with(name, on: loops.first) { process in
                try await process.untilReady()
                let health = try await process.get("/healthz")
                #expect(health.status == 200 && health.text == #"{"status":"up"}"#)

                process.process.send(SIGTERM)
                #expect(await process.process.exit() == 0, "\(process.process.output)")
                #expect(try await process.accepts() == false)
            }
        }
    }

    @Test(arguments: ProcessUnderTest.Name.allCases)
    func `its metrics are what Prometheus reads, with loops, pool and requests`(name: ProcessUnderTest.Name)
        async throws
    {
        try await Loops.with { loops in
            try await ProcessUnderTest.with(name, on: loops.first) { process in
                try await process.untilReady()
                let response = try await process.get("/metrics")
                #expect(response.status == 200)
                #expect(response["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
                let text = try PrometheusText(response.text)
                #expect(text.kinds["loop_turn_seconds"] == .histogram)
                for name in [
                    "postgres_connections", "postgres_requests_waiting", "http_requests_total",
                    "process_allocator_held_bytes",
                ] {
                    #expect(text.samples.contains { $0.name == name }, "\(name)")
                }
                // One pool on each of the two loops, and both connected: that is what ready means.
                let pools = text.samples.filter { $0.name == "postgres_connections" }
                #expect(pools.count == 2 && pools.allSatisfy { $0.value >= 1 }, "\(pools)")
            }
        }
    }

    @Test(arguments: ProcessUnderTest.Name.allCases)
    func `clients that keep their connections do not keep it from ending`(name: ProcessUnderTest.Name) async throws {
        try await Loops.with { loops in
            try await ProcessUnderTest.with(name, on: loops.first) { process in
                try await process.untilReady()
                let idle = try await process.connect()
                try await idle.send("GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n")
                #expect(try await idle.response().status == 200)
                let silent = try await process.connect()

                process.process.send(SIGTERM)
                #expect(await process.process.exit() == 0, "\(process.process.output)")
                #expect(try await idle.readToEnd() == [])
                #expect(try await silent.readToEnd() == [])
                #expect(try await process.accepts() == false)
            }
        }
    }

    @Test(arguments: ProcessUnderTest.Name.allCases)
    func `a request that is half sent gets no more than the drain's deadline`(name: ProcessUnderTest.Name)
        async throws
    {
        try await Loops.with { loops in
            let deadline = ["LEDGERLINE_DRAIN_DEADLINE": "1s"]
            try await ProcessUnderTest.with(name, deadline, on: loops.first) { process in
                try await process.untilReady()
                let connection = try await process.connect()
                try await connection.send("GET /healthz HTTP/1.1\r\nHost: te")
                // Answered behind it, so the half request has been read.
                #expect(try await process.get("/healthz").status == 200)

                process.process.send(SIGTERM)
                #expect(await process.process.exit() == 0, "\(process.process.output)")
                #expect(try await process.accepts() == false)
            }
        }
    }

    @Test(arguments: ProcessUnderTest.Name.allCases)
    func `a request on its way is answered after SIGTERM, a new client is refused, and then it ends`(
        name: ProcessUnderTest.Name
    ) async throws {
        try await Loops.with { loops in
            try await ProcessUnderTest.with(name, on: loops.first) { process in
                try await process.untilReady()
                let slow = try await process.connect()
                try await slow.send("GET /healthz HTTP/1.1\r\nHost: test\r\nContent-Length: 6\r\n\r\nabc")
                let other = try await process.connect()
                try await other.send("GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n")
                #expect(try await other.response().status == 200)

                process.process.send(SIGTERM)
                try await loops.first.until("new clients are refused") { try await process.accepts() == false }
                // The idle one was closed, the other was not, and the process waits for it.
                #expect(try await other.readToEnd() == [])
                #expect(process.process.isRunning)
                try await slow.send("def")
                let response = try await slow.response()
                #expect(response.status == 200 && response.text == #"{"status":"up"}"#)
                #expect(response["connection"] == "close")
                #expect(await process.process.exit() == 0, "\(process.process.output)")
            }
        }
    }
}
