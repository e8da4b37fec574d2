import Crypto
import Loop
import Postgres
import Store
import TestKit
import Testing

@Suite(.serialized, .timeLimit(.minutes(2))) struct TransactionAppendTests {
    private struct SecondThoughts: Error {}

    private static let delivery: SQL =
        """
        INSERT INTO webhook_inbox (provider, provider_event_id, body_sha256, verdict)
        VALUES ('carrier', 'one', sha256('body'), 'taken') ON CONFLICT DO NOTHING
        """

    @Test func `a webhook and its event are one`() async throws {
        try await Loops.with { loops in
            try await LogUnderTest.with(on: loops.first) { test in
                let (stream, new) = (UUID.v7(), events(1))
                do {
                    try await test.pool.withTransaction { session in
                        try await session.query(Self.delivery)
                        _ = try await test.log.append(append(to: stream, at: .next, new), in: session)
                        throw SecondThoughts()
                    }
                    Issue.record("it was committed")
                } catch is SecondThoughts {}
                #expect(try await test.everything().isEmpty)
                let verdict = try await test.pool.withTransaction { session in
                    let rows = try await session.query(Self.delivery)
                    #expect(rows.affected == 1)
                    return try await test.log.append(append(to: stream, at: .next, new), in: session)
                }
                #expect(verdict.receipt?.versions == 1...1)
                let again = try await test.pool.withTransaction { session in
                    let rows = try await session.query(Self.delivery)
                    #expect(rows.affected == 0)
                    return try await test.log.append(append(to: stream, at: .next, new), in: session)
                }
                let receipt = try #require(verdict.receipt)
                #expect(again == .duplicate(receipt.told(duplicates: 1)))
                #expect(try await test.everything().map(\.id) == new.map(\.id))
                #expect(try await test.pool.query("SELECT count(*) FROM webhook_inbox").one.decode(Int.self) == 1)
            }
        }
    }

    @Test func `ten deliveries at once become one event`() async throws {
        try await Loops.with { loops in
            try await LogUnderTest.with(on: loops.first, appenders: 2) { test in
                let (stream, new) = (UUID.v7(), events(1))
                let verdicts = try await withThrowingTaskGroup(of: AppendVerdict.self) { group in
                    for number in 0..<10 {
                        group.addTask(executorPreference: test.loop) {
                            if number.isMultiple(of: 2) {
                                return try await test.appenders[number % 4 / 2].append(
                                    append(to: stream, at: .next, new))
                            }
                            return try await test.pool.withTransaction { session in
                                try await test.log.append(append(to: stream, at: .next, new), in: session)
                            }
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                let fresh = verdicts.count { if case .appended = $0 { true } else { false } }
                #expect(fresh == 1)
                #expect(verdicts.allSatisfy { $0.receipt?.versions == 1...1 })
                #expect(try await test.everything().count == 1)
            }
        }
    }

    @Test func `an older snapshot is refused, because it would not see the head`() async throws {
        try await Loops.with { loops in
            try await LogUnderTest.with(on: loops.first) { test in
                for isolation in [Isolation.repeatableRead, .serializable] {
                    let error = await #expect(throws: PostgresError.self) {
                        try await test.pool.withTransaction(isolation: isolation) { session in
                            try await test.log.append(append(to: .v7(), at: .next, events(1)), in: session)
                        }
                    }
                    #expect(error?.sqlState == SQLState("25000"))
                }
                let stored = try await test.everything()
                #expect(stored.isEmpty)
            }
        }
    }
}

extension AppendReceipt {
    fileprivate func told(duplicates: Int) -> AppendReceipt {
        AppendReceipt(lane: lane, versions: versions, positions: positions, duplicates: duplicates)
    }
}
