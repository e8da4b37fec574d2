import Crypto
import Jobs
import Postgres
import Store
import TestKit
import Testing
import Wire

/// `ledgerline consumers`, `dead-letters`, `rebuild` and `jobs` against a real database.
@Suite(.timeLimit(.minutes(3)), .serialized) struct ConsoleWorkTests {
    @Test func `consumers shows each lane: how far, how much behind`() async throws {
        try await ConsoleUnderTest.with { test in
            let none = try await test.ledgerline("consumers")
            #expect(none.code == 0 && none.output.contains("no consumer has begun yet"), "\(none.output)")

            let call = try await test.appendCall()
            try await test.working(until: "the call is there") {
                try await test.count("SELECT count(*) FROM calls WHERE status = 'ended'") == 1
            }
            _ = try await test.appendCall()
            let answer = try await test.ledgerline("consumers", "--json")
            let document = try #require(try answer.documents.first)
            #expect(document["consumer"]?.text == "calls@1" && document["state"]?.text == "live")
            #expect(document["lag"]?.wholeNumber == 4)
            guard case .array(let lanes)? = document["lanes"] else {
                Issue.record("no lanes: \(answer.output)")
                return
            }
            #expect(lanes.count == Int(test.log.lanes))
            let own = lanes.first { $0["lane"]?.wholeNumber == Int64(test.log.lane(of: call)) }
            #expect(own?["position"]?.wholeNumber == 4)

            let text = try await test.ledgerline("consumers", "calls@1")
            #expect(text.output.contains("calls@1 (live): 4 events behind"), "\(text.output)")
            let other = try await test.ledgerline("consumers", "calls@9")
            #expect(other.code == 1 && other.output.contains("nobody has ever worked for calls@9"), "\(other.output)")
        }
    }

    @Test func `dead letters are listed, replayed and discarded`() async throws {
        try await ConsoleUnderTest.with { test in
            let call = UUID.v7()
            try await test.appendPoison(to: call)
            _ = try await test.appendCall(call)
            try await test.working(until: "its stream is parked with what is behind") {
                try await test.count("SELECT count(*) FROM dead_letters") == 5
            }
            let listed = try await test.ledgerline("dead-letters", "list", "--json")
            let letters = try listed.documents
            #expect(letters.map { $0["stream_id"]?.text } == Array(repeating: "\(call)", count: 5))
            #expect(letters[0]["error_class"]?.text == "CodecError" && letters[1]["error_class"]?.text == "behind")
            let text = try await test.ledgerline("dead-letters", "list", "--consumer", "calls@1", "--limit", "1")
            #expect(text.output.contains("CodecError") && text.output.contains("there may be more"), "\(text.output)")

            let replayed = try await test.ledgerline("dead-letters", "replay", "calls@1", "\(call)")
            #expect(replayed.code == 0 && replayed.output.contains("asked for"), "\(replayed.output)")
            #expect(try await test.count("SELECT count(*) FROM parked_streams WHERE replay_asked_at IS NOT NULL") == 1)

            let head = try #require(letters[0]["letter"]?.wholeNumber)
            let discarded = try await test.ledgerline(
                "dead-letters", "discard", "calls@1", "\(call)", "\(head)", "--by", "\(UUID(value: 9))", "--json")
            #expect(try discarded.documents.first?["discarded"]?.wholeNumber == 1, "\(discarded.output)")
            let gone = try await test.ledgerline("dead-letters", "list", "--state", "discarded", "--json")
            #expect(try gone.documents.first?["decided_by"]?.text == "\(UUID(value: 9))")

            // What stood behind it is applied by the consumer's workers, because a replay was asked for.
            try await test.working(until: "nothing waits any more") {
                try await test.count("SELECT count(*) FROM parked_streams") == 0
            }
            #expect(try await test.count("SELECT count(*) FROM calls WHERE status = 'ended'") == 1)
            let again = try await test.ledgerline("dead-letters", "replay", "calls@1", "\(call)")
            #expect(again.code == 1 && again.output.contains("`ledgerline dead-letters list`"), "\(again.output)")
        }
    }

    @Test func `a rebuild ends with the new version live, its rows the same`() async throws {
        try await ConsoleUnderTest.with { test in
            let early = try await test.ledgerline("rebuild", "calls@2")
            #expect(early.code == 1 && early.output.contains("start ledgerline-workers"), "\(early.output)")
            for _ in 0..<5 { _ = try await test.appendCall() }
            try await test.working(until: "the calls are there") {
                try await test.count("SELECT count(*) FROM calls WHERE status = 'ended'") == 5
            }
            let answer = try await test.ledgerline("rebuild", "calls@2", "--json")
            #expect(answer.code == 0, "\(answer.output)")
            let documents = try answer.documents
            #expect(documents.last?["state"]?.text == "switched", "\(answer.output)")
            #expect(documents.dropLast().last?["done"]?.wholeNumber == 20, "\(answer.output)")
            #expect(try await test.count("SELECT version FROM live_consumers WHERE name = 'calls'") == 2)
            #expect(
                try await test.count(
                    "SELECT count(*) FROM (SELECT * FROM calls_v1 EXCEPT SELECT * FROM calls_v2) AS other") == 0)
            #expect(try await test.count("SELECT count(*) FROM calls_v2") == 5)
            // The readers' names point at it.
            try await test.pool.execute("DELETE FROM calls_v1")
            #expect(try await test.count("SELECT count(*) FROM calls") == 5)

            let second = try await test.ledgerline("rebuild", "calls@2")
            #expect(second.code == 0 && second.output == "calls@2 is live already\n", "\(second.output)")
            let back = try await test.ledgerline("rebuild", "calls@1")
            #expect(back.code == 1 && back.output.contains("choose a version that was never used"), "\(back.output)")
        }
    }

    @Test func `jobs are counted, listed, shown, cancelled and tried again`() async throws {
        try await ConsoleUnderTest.with { test in
            let none = try await test.ledgerline("jobs")
            #expect(none.output == "no job waits or runs\n")
            let board = JobBoard(test.pool)
            let args = Array(#"{"to":"+15550100002"}"#.utf8)
            let first = try #require(try await board.enqueue(NewJob("embed", args: args)))
            let second = try #require(try await board.enqueue(NewJob("embed", args: args)))

            let counts = try await test.ledgerline("jobs", "--json")
            let count = try #require(try counts.documents.first)
            #expect(count["state"]?.text == "available" && count["count"]?.wholeNumber == 2)
            let list = try await test.ledgerline("jobs", "list", "--kind", "embed", "--json")
            #expect(try list.documents.map { $0["job"]?.wholeNumber } == [first.number, second.number])
            #expect(!list.output.contains("+15550100002"))
            let shown = try await test.ledgerline("jobs", "show", "\(first)")
            #expect(shown.code == 0 && shown.output.contains("embed") && !shown.output.contains("+1555"))
            let revealed = try await test.ledgerline("jobs", "show", "\(first)", "--reveal", "--json")
            #expect(try revealed.documents.first?["args"]?["to"]?.text == "+15550100002")

            let cancelled = try await test.ledgerline("jobs", "cancel", "\(first)")
            #expect(cancelled.code == 0 && cancelled.output == "job \(first) is cancelled\n", "\(cancelled.output)")
            let twice = try await test.ledgerline("jobs", "cancel", "\(first)")
            #expect(twice.code == 1 && twice.output.contains("has ended already: cancelled"), "\(twice.output)")
            let early = try await test.ledgerline("jobs", "retry", "\(second)")
            #expect(early.code == 1 && early.output.contains("only a discarded one"), "\(early.output)")

            // As a worker leaves a job that has failed too often.
            try await test.pool.execute("UPDATE jobs SET attempt = max_attempts WHERE id = \(second.number)")
            try await test.pool.execute(
                """
                WITH gone AS (DELETE FROM jobs WHERE id = \(second.number) RETURNING *)
                INSERT INTO jobs_done (id, run_at, created_at, attempt, max_attempts, timeout_ms, priority, queue, kind, outcome,
                    args, errors)
                SELECT id, run_at, created_at, attempt, max_attempts, timeout_ms, priority, queue, kind, 'discarded', args, errors
                FROM gone
                """)
            let lost = try await test.ledgerline("jobs", "list", "--state", "discarded", "--json")
            #expect(try lost.documents.map { $0["job"]?.wholeNumber } == [second.number])
            let retried = try await test.ledgerline("jobs", "retry", "\(second)", "--attempts", "3")
            #expect(retried.code == 0, "\(retried.output)")
            let alive = try #require(try await board.find(second))
            #expect(alive.state == .available && alive.attemptsMax == alive.attempt + 3)
            let unknown = try await test.ledgerline("jobs", "show", "999999")
            #expect(unknown.code == 1 && unknown.output.contains("there is no job 999999"), "\(unknown.output)")
        }
    }
}
