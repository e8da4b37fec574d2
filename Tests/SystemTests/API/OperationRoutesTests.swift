import Crypto
import Domain
import Jobs
import Postgres
import Store
import TestKit
import Testing
import Wire

/// What operators see of their organization, and do about it.
@Suite(.timeLimit(.minutes(4)), .serialized) struct OperationRoutesTests {
    /// An event of the organization that no consumer of calls can read, and one behind it; until they are letters.
    private static func poison(_ api: APIUnderTest, _ tenant: APIUnderTest.Tenant) async throws -> UUID {
        let stream = UUID.v7()
        let log = try await EventLog.read(through: .pool(api.owner))
        let events = (0..<2).map { _ in
            NewEvent(id: UUID.v7(), type: "call.ended", schemaVersion: 1, occurredAt: .now, payload: Array("{}".utf8))
        }
        let append = StreamAppend(to: stream, kind: .call, of: tenant.organization.uuid, at: .next, events)
        _ = try await api.owner.withTransaction { try await log.append(append, in: $0) }
        return stream
    }

    private static func working(_ api: APIUnderTest, until what: String, _ holds: () async throws -> Bool) async throws
    {
        let log = try await EventLog.read(through: .pool(api.owner))
        let worker = ConsumerWorker(CallsConsumer(), of: log, api.owner, redis: nil)
        let life = Task(executorPreference: api.owner.loop) { await worker.run() }
        let result: Result<Void, any Error>
        do { result = .success(try await api.owner.loop.until(what, within: .seconds(40), holds)) } catch {
            result = .failure(error)
        }
        worker.stop()
        await life.value
        try result.get()
    }

    @Test func `an organization decides about its own dead letters, and sees no others`() async throws {
        try await APIUnderTest.with { api in
            let stream = try await Self.poison(api, api.first)
            _ = try await Self.poison(api, api.second)
            try await Self.working(api, until: "the letters") {
                try await api.owner.query("SELECT FROM dead_letters").count == 4
            }
            let token = try await api.tokens(.admin).access
            let list = try await api.get("/ops/dead-letters?include_total=true&state=parked&limit=1", token: token)
            #expect(try list.number("total") == 2 && list.data.count == 1)
            let cursor = try #require(try list.text("next_cursor"))
            let rest = try await api.get("/ops/dead-letters?state=parked&limit=1&cursor=\(cursor)", token: token)
            let letters = try list.data + rest.data
            #expect(letters.allSatisfy { $0["stream_id"]?.text == stream.description })
            let ids = letters.compactMap { $0["id"]?.wholeNumber }
            #expect(ids.count == 2 && ids[0] > ids[1])
            #expect(letters[1]["error_class"]?.text?.isEmpty == false && letters[1]["attempts"]?.wholeNumber == 3)

            let theirs = try await api.tokens(.owner, of: api.second).access
            let developer = try await api.tokens(.developer).access
            for action in ["replay", "discard"] {
                let path = "/ops/dead-letters/\(ids[1])/\(action)"
                #expect(try await api.post(path, token: theirs, "").status == 404)
                #expect(try await api.post(path, token: developer, "").status == 403)
            }
            #expect(try await api.get("/ops/dead-letters", token: theirs).data.count == 2)
            let discarded = try await api.post("/ops/dead-letters/\(ids[1])/discard", token: token, "")
            #expect(try discarded.status == 200 && discarded.text("state") == "discarded")
            let admin = try await api.user(api.first.email(.admin))
            #expect(try discarded.text("decided_by") == admin.description)
            let again = try await api.post("/ops/dead-letters/\(ids[1])/discard", token: token, "")
            #expect(try again.status == 409 && again.code == "letter_not_parked")
            let replayed = try await api.post("/ops/dead-letters/\(ids[0])/replay", token: token, "")
            #expect(replayed.status == 202)
            let asked = try await api.owner.query(
                "SELECT replay_asked_by FROM parked_streams WHERE stream_id = \(stream)"
            ).one.decode(UUID?.self)
            #expect(asked == admin)
            #expect(try await api.owner.query("SELECT FROM dead_letters WHERE state = 'parked'").count == 3)
        }
    }

    @Test func `consumers are shown to who owns an organization, lane by lane and as the platform has them`()
        async throws
    {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.admin).access
            let consumers = try await api.get("/ops/consumers", token: token).data
            let calls = try #require(consumers.first { $0["consumer"]?.text == "calls@1" })
            #expect(calls["state"]?.text == "live")
            guard case .array(let lanes)? = calls["lanes"] else {
                Issue.record("no lanes")
                return
            }
            let log = try await EventLog.read(through: .pool(api.owner))
            #expect(lanes.count == Int(log.lanes))
            let positions = lanes.compactMap { $0["position"]?.wholeNumber }.reduce(0, +)
            // Lanes are dense: what was read and what was not are all there is, of both organizations.
            let events = try await api.owner.query("SELECT count(*) FROM events").one.decode(Int64.self)
            #expect(positions + (calls["lag"]?.wholeNumber ?? -1) == events && positions >= 8)
            #expect(try await api.get("/ops/consumers", token: try await api.tokens(.developer).access).status == 403)
        }
    }

    @Test func `jobs are an organization's own, to be tried again and to be cancelled`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.admin).access
            let board = JobBoard(api.owner)
            func job(_ kind: String, _ organization: OrganizationID?) -> NewJob {
                var job = NewJob(kind, args: Array(#"{"words":"personal"}"#.utf8))
                job.organization = organization?.uuid
                return job
            }
            let mine = try #require(try await board.enqueue(job("mine", api.first.organization)))
            let dead = try #require(try await board.enqueue(job("dead", api.first.organization)))
            let theirs = try #require(try await board.enqueue(job("theirs", api.second.organization)))
            let platform = try #require(try await board.enqueue(job("platform", nil)))
            try await api.owner.execute(
                """
                WITH gone AS (DELETE FROM jobs WHERE kind = 'dead' RETURNING *)
                INSERT INTO jobs_done (id, run_at, created_at, started_at, organization_id, worker_id, attempt, max_attempts,
                    timeout_ms, priority, queue, kind, unique_key, args, errors, outcome)
                SELECT id, run_at, created_at, started_at, organization_id, worker_id, attempt, max_attempts, timeout_ms,
                    priority, queue, kind, unique_key, args, errors, 'discarded' FROM gone
                """)
            let list = try await api.get("/ops/jobs?include_total=true", token: token)
            #expect(try list.number("total") == 2)
            #expect(try list.data.compactMap { $0["id"]?.wholeNumber } == [dead.number, mine.number])
            #expect(!list.raw.text.contains("personal"))
            #expect(try await api.get("/ops/jobs?state=discarded&kind=dead", token: token).data.count == 1)
            for other in [theirs, platform] {
                for action in ["retry", "cancel"] {
                    #expect(try await api.post("/ops/jobs/\(other)/\(action)", token: token, "").status == 404)
                }
            }
            let early = try await api.post("/ops/jobs/\(mine)/retry", token: token, "")
            #expect(try early.status == 409 && early.code == "job_not_discarded")
            let retried = try await api.post("/ops/jobs/\(dead)/retry", token: token, "")
            #expect(try retried.status == 202 && retried.text("state") == "available", "\(retried.raw.text)")
            let cancelled = try await api.post("/ops/jobs/\(mine)/cancel", token: token, "")
            #expect(try cancelled.status == 202 && cancelled.text("state") == "cancelled", "\(cancelled.raw.text)")
            let over = try await api.post("/ops/jobs/\(mine)/cancel", token: token, "")
            #expect(try over.status == 409 && over.code == "job_has_ended")
            let left = try await api.owner.query("SELECT kind FROM jobs ORDER BY kind").map {
                try $0.decode(String.self)
            }
            #expect(left == ["dead", "platform", "theirs"])
        }
    }

    @Test func `a job that has waited for days is counted like any other`() async throws {
        try await APIUnderTest.with { api in
            try await JobBoard(api.owner).enqueue(NewJob("old"))
            try await api.owner.execute("UPDATE jobs SET run_at = clock_timestamp() - interval '3 days 2 hours'")
            let counts = try await JobBoard(api.owner).counts()
            #expect(counts.count == 1 && counts[0].oldest >= .seconds(3 * 86_400 + 7_200))
        }
    }
}
