import Crypto
import Loop
import Redis
import TestKit
import Testing

@testable import Store

/// Relays that would sleep for minutes, and the bell that wakes them.
@Suite(.timeLimit(.minutes(2))) struct LogBellTests {
    private func running(_ test: RelayUnderTest, _ count: Int = 1, _ body: ([Relay]) async throws -> Void) async throws
    {
        try await test.running(
            count,
            {
                ($0.pauseWhenIdle, $0.pauseWhenBusy) = (.seconds(600), .seconds(600))
                $0.listening = .milliseconds(200)
            }
        ) { relays in
            try await test.loop.until("the first look") { relays.allSatisfy { $0.statistics.rounds > 0 } }
            try await test.loop.until("somebody listens") { test.client.blockingConnections == count }
            try await body(relays)
        }
    }

    @Test func `what is appended is relayed at once by all who hear the bell`() async throws {
        try await withRelay { test in
            let bell = LogBell(test.log.pool, test.client)
            try await running(test, 3) { relays in
                for round in 1...5 {
                    try await test.append(64)
                    bell.ring()
                    try await test.untilRelayed()
                    try await test.loop.until("everybody heard") {
                        relays.allSatisfy { $0.statistics.rings >= round }
                    }
                }
                #expect(bell.statistics == LogBell.Statistics(rung: 5, failed: 0))
            }
        }
    }

    @Test func `whoever rings often sends little`() async throws {
        try await withRelay { test in
            let bell = LogBell(test.log.pool, test.client)
            try await running(test) { _ in
                try await test.append(64)
                for _ in 0..<1_000 { bell.ring() }
                try await test.untilRelayed()
                try await test.loop.until("the last one") { bell.statistics.rung > 0 }
                #expect(bell.statistics.rung <= 2)
                #expect(try await test.client.streamInfo(LogBell.key(of: test.log.log)).length == 1)
            }
        }
    }

    @Test func `the bell is heard again after Redis lost everything`() async throws {
        try await withRelay { test in
            let bell = LogBell(test.log.pool, test.client)
            try await running(test) { relays in
                bell.ring()
                try await test.loop.until("heard") { relays[0].statistics.rings == 1 }
                _ = try await test.client.command("FLUSHALL")
                try await test.append(64)
                bell.ring()
                try await test.loop.until("heard again") { relays[0].statistics.rings == 2 }
                try await test.untilRelayed()
            }
        }
    }

    @Test func `an appender says that events were stored, and nothing of those that were there already`() async throws {
        try await withRelay { test in
            let stored = { test.log.happenings.all.count { if case .stored = $0 { true } else { false } } }
            let before = stored()
            let one = append(to: .v7(), at: .version(1), events(3))
            _ = try await test.log.together([one])
            #expect(stored() == before + 1)
            _ = try await test.log.together([one])
            #expect(stored() == before + 1)
        }
    }
}
