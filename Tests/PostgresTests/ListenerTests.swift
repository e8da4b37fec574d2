import Loop
import TestKit
import Testing

@testable import Postgres

@Suite(.serialized, .timeLimit(.minutes(2))) struct ListenerTests {
    private final class Heard: @unchecked Sendable {
        // One loop's thread alone.
        var events: [PostgresListener.Event] = []
        var payloads: [String] {
            events.compactMap { if case .notification(let notification) = $0 { notification.payload } else { nil } }
        }
        var gaps: Int { events.count { $0 == .mayHaveMissed } }
    }

    @Test func `notifications arrive in order, and a lost connection is told`() async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                let channel = try Identifier("news \(UInt64.random(in: 0 ... .max))")
                var configuration = pool.configuration
                configuration.applicationName = "listener \(channel.name)"
                let listener = PostgresListener(configuration, on: loops.first, channels: [channel])
                let heard = Heard()
                let task = Task(executorPreference: loops.first) { try await listener.run { heard.events.append($0) } }
                try await loops.first.until("it listens") { heard.gaps == 1 }
                for number in 0..<20 { try await pool.execute("SELECT pg_notify(\(channel.name), \("\(number)"))") }
                try await loops.first.until("all have come") { heard.payloads.count == 20 }
                #expect(heard.payloads == (0..<20).map(String.init))
                let ended = try await pool.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = \(String(configuration.applicationName.utf8.prefix(63)) ?? "")"
                )
                #expect(ended.count == 1)
                try await loops.first.until("it listens again") { heard.gaps == 2 }
                try await pool.execute("SELECT pg_notify(\(channel.name), 'again')")
                try await loops.first.until("it hears again") { heard.payloads.last == "again" }
                task.cancel()
                let result = await task.result
                #expect(throws: CancellationError.self) { try result.get() }
            }
        }
    }

    @Test func `a slow subscriber is told that it missed something`() async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                let channel = try Identifier("flood \(UInt64.random(in: 0 ... .max))")
                let listener = PostgresListener(pool.configuration, on: loops.first, channels: [channel])
                let heard = Heard()
                let gate = Heard()
                let task = Task(executorPreference: loops.first) {
                    try await listener.run { event in
                        heard.events.append(event)
                        if heard.payloads.count == 1 {
                            try await loops.first.until("the gate opens") { !gate.events.isEmpty }
                        }
                    }
                }
                try await loops.first.until("it listens") { heard.gaps == 1 }
                try await pool.execute("SELECT pg_notify(\(channel.name), 'first')")
                try await loops.first.until("it is busy") { heard.payloads.count == 1 }
                try await pool.execute("SELECT pg_notify(\(channel.name), n::text) FROM generate_series(1, 5000) AS n")
                try await pool.execute("SELECT pg_notify(\(channel.name), 'last')")
                // The probe's answer comes behind the notifications: they are all in the process by then.
                try await loops.first.sleep(for: .milliseconds(300))
                gate.events.append(.mayHaveMissed)
                try await loops.first.until("it is told") { heard.gaps == 2 }
                #expect(heard.payloads.count <= 1 + PostgresListener.waitingMax)
                task.cancel()
                _ = await task.result
            }
        }
    }
}
