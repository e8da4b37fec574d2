import Crypto
import Loop
import TestKit
import Testing

@testable import Postgres
@testable import Store

/// An event by itself, which has a way of its own into the log.
@Suite(.serialized, .timeLimit(.minutes(1))) struct SingleAppendTests {
    private struct Undone: Error {}

    private struct Case {
        let name: String
        let append: StreamAppend
        let verdict: AppendAnswer.Verdict
        var lane: Int16?

        func sql(isPrepared: Bool, _ lanes: Int16) -> SQL {
            let entry = PendingAppend(append, deadline: .never) { _ in }
            entry.lane = lane
            return AppendStatement.sql([AppendGroup(entry)], lanes: lanes, isPrepared: isPrepared)
        }
    }

    /// What the log would say, and nothing of it stays.
    private static func answer(_ sql: SQL, _ test: LogUnderTest) async throws -> AppendAnswer.One? {
        var answer: AppendAnswer.One?
        do {
            try await test.pool.withTransaction { session in
                answer = try AppendAnswer(try await session.query(sql), groups: 1)[0]
                throw Undone()
            }
        } catch is Undone {}
        return answer
    }

    @Test func `it is answered as a batch of one is`() async throws {
        try await Loops.with { loops in
            try await LogUnderTest.with(on: loops.first) { test in
                let (stream, known) = (UUID.v7(), events(3))
                _ = try await test.appender.append(append(to: stream, at: .version(1), known))
                let lane = test.log.lane(of: stream)
                let cases = [
                    Case(
                        name: "goes on", append: append(to: stream, at: .version(4), events(1)), verdict: .appended),
                    Case(
                        name: "known", append: append(to: stream, at: .version(2), [known[1]]), verdict: .duplicate),
                    Case(
                        name: "another", append: append(to: stream, at: .version(3), events(1)), verdict: .conflict),
                    Case(name: "gap", append: append(to: stream, at: .version(9), events(1)), verdict: .conflict),
                    Case(name: "nobody", append: append(to: .v7(), at: .version(2), events(1)), verdict: .conflict),
                    Case(
                        name: "not theirs",
                        append: append(to: stream, at: .version(4), events(1), of: UUID(value: 0xB2)),
                        verdict: .anotherOrganization),
                    Case(
                        name: "lane", append: append(to: stream, at: .version(4), events(1)), verdict: .anotherLane,
                        lane: (lane + 1) % test.log.lanes),
                ]
                for one in cases {
                    let alone = one.sql(isPrepared: true, test.log.lanes)
                    let batch = one.sql(isPrepared: false, test.log.lanes)
                    #expect(alone.fingerprint != batch.fingerprint)
                    let (own, usual) = (try await Self.answer(alone, test), try await Self.answer(batch, test))
                    #expect(own?.verdict == one.verdict, "\(one.name)")
                    #expect("\(own as Any)" == "\(usual as Any)", "\(one.name)")
                }
                #expect(try await test.everything().map(\.id) == known.map(\.id))
            }
        }
    }

    @Test func `what a session rehearses before its first append leaves nothing`() async throws {
        try await Loops.with { loops in
            try await LogUnderTest.with(on: loops.first) { test in
                let stream = UUID.v7()
                _ = try await test.appender.append(append(to: stream, at: .version(1), events(1)))
                let (types, streams, lanes) = try await test.pool.query(
                    """
                    SELECT (SELECT array_agg(DISTINCT type) FROM events), (SELECT count(*) FROM streams),
                        (SELECT max(lane) FROM events)
                    """
                ).one.decode([String].self, Int.self, Int16.self)
                #expect(types == [event().type] && streams == 1 && lanes < test.log.lanes)
                #expect(test.appender.statistics.flushes == 1)
            }
        }
    }
}
