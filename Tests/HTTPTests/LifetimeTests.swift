import HTTP
import Loop
import TestKit
import Testing

/// Time-outs, disconnects, limits on connections, and the end of a server.
@Suite(.timeLimit(.minutes(1))) struct LifetimeTests {
    private static let ping = "GET /ping HTTP/1.1\r\nHost: x\r\n\r\n"

    // MARK: - Time

    @Test func `a head that drips is answered with 408, however lively it drips`() async throws {
        try await ServerUnderTest.with(router: ProbeRoutes.router()) {
            $0.limits.headTime = .milliseconds(60)
        } body: { under in
            let connection = try await under.connect()
            try await connection.send("GET /ping HTTP/1.1\r\nHost: x\r\n")
            let dripping = Task(executorPreference: under.loops.first) {
                while true {
                    try await under.loops.first.sleep(for: .milliseconds(5))
                    try await connection.send("X-a: b\r\n")
                }
            }
            try await under.until { under.server.statistics.faults == [.headTimedOut: 1] }
            dripping.cancel()
            _ = await dripping.result
            #expect(try await connection.response().status == 408)
        }
    }

    @Test func `a body that drips is answered with 408`() async throws {
        try await ServerUnderTest.with(router: ProbeRoutes.router()) {
            $0.limits.bodyTime = .milliseconds(60)
        } body: { under in
            let connection = try await under.connect()
            try await connection.send("POST /len HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nxxx")
            #expect(try await connection.response().status == 408)
            #expect(under.server.statistics.faults == [.bodyTimedOut: 1])
            #expect(try await connection.read().isEmpty)
        }
    }

    @Test func `an idle connection is closed without a word`() async throws {
        try await ServerUnderTest.with(router: ProbeRoutes.router()) {
            $0.limits.idleTime = .milliseconds(80)
        } body: { under in
            let connection = try await under.connect()
            try await connection.send(Self.ping)
            #expect(try await connection.response().status == 200)
            #expect(try await connection.readToEnd().isEmpty)
            #expect(under.server.statistics.idleTimeouts == 1)
        }
    }

    @Test func `a handler may take longer than any of the client's time limits`() async throws {
        try await ServerUnderTest.with(router: ProbeRoutes.router()) {
            $0.limits.idleTime = .milliseconds(200)
            $0.limits.headTime = .milliseconds(200)
            $0.limits.bodyTime = .milliseconds(200)
        } body: { under in
            let connection = try await under.connect()
            try await connection.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await connection.response().text == "slow")
        }
    }

    @Test func `a client that takes nothing of its answer is cut`() async throws {
        try await ServerUnderTest.with(router: ProbeRoutes.router()) {
            $0.limits.writeTime = .milliseconds(60)
        } body: { under in
            let connection = try await under.connect(receiveBuffer: 4_096)
            try await connection.send("GET /big HTTP/1.1\r\nHost: x\r\n\r\n")
            try await under.until { under.server.statistics.writeTimeouts == 1 }
            #expect(under.server.statistics.connectionsOpen == 0)
            #expect(try await connection.readToEnd().count < 8_000_000)
        }
    }

    @Test func `a client that does not close after the last answer is cut`() async throws {
        try await ServerUnderTest.with(router: ProbeRoutes.router()) {
            $0.limits.lingeringTime = .milliseconds(40)
        } body: { under in
            let connection = try await under.connect()
            try await connection.send("GET /ping HTTP/1.0\r\n\r\n")
            _ = try await connection.readToEnd()
            try await under.until { under.server.statistics.connectionsOpen == 0 }
        }
    }

    // MARK: - Disconnects

    enum Farewell: CaseIterable { case halfClose, reset }

    @Test(arguments: Farewell.allCases)
    func `a client that goes away cancels its handler, though that is suspended`(farewell: Farewell) async throws {
        let witness = ProbeRoutes.Witness()
        try await ServerUnderTest.with(router: ProbeRoutes.router(witness)) { under in
            let connection = try await under.connect()
            try await connection.send("GET /forever HTTP/1.1\r\nHost: x\r\n\r\n")
            try await under.until { witness.begunCount == 1 }
            switch farewell {
            case .halfClose: try await connection.shutdownSending()
            case .reset: try await connection.reset()
            }
            try await under.until { witness.cancelledCount == 1 && under.server.statistics.connectionsOpen == 0 }
            #expect(under.happenings.all.isEmpty)
        }
    }

    @Test func `requests sent before a half close are answered`() async throws {
        try await ServerUnderTest.with(router: ProbeRoutes.router()) { under in
            let connection = try await under.connect()
            try await connection.send(Self.ping + Self.ping)
            try await connection.shutdownSending()
            #expect(try await connection.response().status == 200)
            #expect(try await connection.response().status == 200)
            #expect(try await connection.read().isEmpty)
        }
    }

    @Test func `a client that sends without end while a handler runs is not read without end`() async throws {
        let witness = ProbeRoutes.Witness()
        try await ServerUnderTest.with(router: ProbeRoutes.router(witness)) { under in
            let connection = try await under.connect()
            try await connection.send("GET /forever HTTP/1.1\r\nHost: x\r\n\r\n")
            try await under.until { witness.begunCount == 1 }
            let flooding = Task(executorPreference: under.loops.first) {
                try await connection.flood(Array(repeating: 71, count: 65_536), upTo: 50_000_000)
            }
            try await under.until { under.server.statistics.bytesIn >= 65_536 }
            let one = under.server.statistics.bytesIn
            for _ in 0..<20 { try await under.loops.first.sleep(for: .milliseconds(1)) }
            #expect(under.server.statistics.bytesIn <= 3 * 65_536)
            #expect(one <= 3 * 65_536)
            await under.server.drain(within: .zero)
            _ = try await flooding.value
            #expect(witness.cancelledCount == 1)
        }
    }

    // MARK: - Limits on connections

    @Test func `the connection that is one too many hears 503, and room is made when one leaves`() async throws {
        try await ServerUnderTest.with(router: ProbeRoutes.router()) {
            $0.limits.connections = 2
        } body: { under in
            var open = [try await under.connect(), try await under.connect()]
            for connection in open {
                try await connection.send(Self.ping)
                #expect(try await connection.response().status == 200)
            }
            let refused = try await under.connect()
            let response = try await refused.response()
            #expect(response.status == 503 && response.text.contains("too_many_connections"))
            #expect(under.server.statistics.connectionsRefused == 1)
            try await open.removeLast().shutdownSending()
            try await under.until { under.server.statistics.connectionsOpen == 1 }
            let next = try await under.connect()
            try await next.send(Self.ping)
            #expect(try await next.response().status == 200)
        }
    }

    @Test func `many short connections leave nothing behind`() async throws {
        try await ServerUnderTest.with(loops: 2, router: ProbeRoutes.router()) { under in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        for _ in 0..<40 {
                            let connection = try await under.connect()
                            try await connection.send("GET /ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                            #expect(try await connection.response().status == 200)
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await under.until { under.server.statistics.connectionsOpen == 0 }
            let statistics = under.server.statistics
            #expect(statistics.connectionsAccepted == 320 && statistics.requests == 320)
            #expect(statistics.responses == [2: 320])
            #expect(under.server.occupancy == [0, 0])
            // Each loop's bell is not counted; what is left is the listener.
            #expect(under.loops.all.map(\.statistics.descriptorsWatched).reduce(0, +) == 1)
        }
    }

    // MARK: - Draining

    @Test func `a draining server closes idle connections and answers those that are busy`() async throws {
        let witness = ProbeRoutes.Witness()
        try await ServerUnderTest.with(router: ProbeRoutes.router(witness)) { under in
            let idle = try await under.connect()
            try await idle.send(Self.ping)
            _ = try await idle.response()
            let slow = try await under.connect()
            let request = "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"
            try await slow.send(request)
            let half = try await under.connect()
            try await half.send("GET /pi")
            let sent = UInt64(Self.ping.utf8.count + request.utf8.count + "GET /pi".utf8.count)
            try await under.until { witness.begunCount == 1 && under.server.statistics.bytesIn == sent }
            let draining = Task(executorPreference: under.loops.first) {
                await under.server.drain(within: .seconds(20))
            }
            #expect(try await idle.read().isEmpty)
            await #expect(throws: RawConnection.Failure.connect(111)) { _ = try await under.connect() }
            try await half.send("ng HTTP/1.1\r\nHost: x\r\n\r\n")
            let late = try await half.response()
            #expect(late.status == 200 && late["Connection"] == "close")
            let answered = try await slow.response()
            #expect(answered.text == "slow" && answered["Connection"] == "close")
            _ = try await (half.shutdownSending(), slow.shutdownSending(), idle.shutdownSending())
            #expect(await draining.value == 0)
        }
    }

    @Test func `at the drain's deadline what is left is cut, and its handlers are cancelled`() async throws {
        let witness = ProbeRoutes.Witness()
        try await ServerUnderTest.with(router: ProbeRoutes.router(witness)) { under in
            let connection = try await under.connect()
            try await connection.send("GET /forever HTTP/1.1\r\nHost: x\r\n\r\n")
            try await under.until { witness.begunCount == 1 }
            #expect(await under.server.drain(within: .milliseconds(20)) == 1)
            #expect(witness.cancelledCount == 1)
            #expect(try await connection.readToEnd().isEmpty)
            #expect(await under.server.drain(within: .seconds(1)) == 0)
        }
    }
}
