import Crypto
import Domain
import Postgres
import Store
import TestKit
import Testing
import Wire

/// Runs over calls that are over, as somebody asks for them; what becomes of them, others show.
@Suite(.timeLimit(.minutes(2))) struct AnalysisRunRoutesTests {
    private static let range = #""from":"2026-01-01T00:00:00Z","to":"2099-01-01T00:00:00Z""#

    @Test func `a run is asked for once, is seen, and is nobody else's`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.developer).access
            let body = #"{"name":"again","plan":"published",\#(Self.range)}"#
            let key = ["Idempotency-Key": "a-key"]
            let made = try await api.post("/analysis-runs", token: token, body, headers: key)
            #expect(made.status == 202, "\(made.raw.text)")
            #expect(try made.json["calls"] == .integer(1) && made.json["looked"] == .integer(0))
            #expect(try made.text("analyst") == "configured" && made.text("plan") == "published")
            let twice = try await api.post("/analysis-runs", token: token, body, headers: key)
            #expect(try twice.status == 202 && twice.id() == made.id())
            let jobs = try await api.owner.query("SELECT args FROM jobs WHERE kind = 'rerun_analysis'")
            #expect(jobs.count == 1)
            let other = try await api.post("/analysis-runs", token: token, body)
            #expect(try other.status == 409 && other.code == "name_taken")

            // Who reads figures may look, and asks nobody to work.
            let analyst = try await api.tokens(.analyst).access
            let list = try await api.get("/analysis-runs?include_total=true", token: analyst)
            #expect(try list.number("total") == 1 && list.data.first?["name"]?.text == "again")
            #expect(try await api.post("/analysis-runs", token: analyst, body).status == 403)
            let path = "/analysis-runs/\(try made.id())"
            #expect(try await api.get(path, token: analyst).text("id") == made.id())
            let both = try await api.get("\(path)/comparison", token: analyst)
            #expect(try both.status == 200 && both.json["calls"] == .integer(1) && both.json["both"] == .integer(0))
            let same = try await api.get("\(path)/comparison?beside=\(try made.id())", token: analyst)
            #expect(try same.text("beside") == made.id())

            let theirs = try await api.tokens(.owner, of: api.second).access
            #expect(try await api.get(path, token: theirs).status == 404)
            #expect(try await api.get("\(path)/comparison", token: theirs).status == 404)
            #expect(try await api.get("/analysis-runs", token: theirs).data.isEmpty)
            let stolen = try await api.post(
                "/analysis-choices", token: theirs, #"{"run_id":"\#(try made.id())"}"#)
            #expect(try stolen.status == 422 && stolen.pointers == ["/run_id"])
            let own = try await api.post("/analysis-runs", token: theirs, body).id()
            let beside = try await api.get("\(path)/comparison?beside=\(own)", token: token)
            #expect(try beside.status == 400 && beside.pointers == ["?beside"])
        }
    }

    @Test func `choices are numbered, and the latest stands first`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.developer).access
            let run = try await api.post("/analysis-runs", token: token, #"{"name":"again",\#(Self.range)}"#).id()
            let first = try await api.post(
                "/analysis-choices", token: token, #"{"run_id":"\#(run)","from":"2026-07-01T00:00:00Z"}"#)
            #expect(first.status == 202, "\(first.raw.text)")
            #expect(try first.number("number") == 1 && first.text("run_id") == run)
            #expect(try await api.post("/analysis-choices", token: token, #"{"run_id":null}"#).status == 202)
            let list = try await api.get("/analysis-choices", token: token)
            #expect(try list.data.map { $0["number"] } == [.integer(2), .integer(1)])
            #expect(try list.data.map { $0["run_id"]?.text } == [nil, run])
            let told = try await api.owner.query(
                "SELECT payload ->> 'choice' FROM events WHERE type = 'analysis_run.chosen' ORDER BY version"
            ).map { try $0.decode(String.self) }
            #expect(told == ["1", "2"])
            #expect(try await api.owner.query("SELECT FROM jobs WHERE kind = 'choose_looks'").count == 2)
        }
    }

    @Test func `what can't be taken is named`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.developer).access
            for (path, body, pointers) in [
                ("/analysis-runs", #"{}"#, ["/name", "/from", "/to"]),
                ("/analysis-runs", #"{"name":"","from":"yesterday","to":3}"#, ["/name", "/from", "/to"]),
                (
                    "/analysis-runs", #"{"name":"x","from":"2026-02-01T00:00:00Z","to":"2026-02-01T00:00:00Z"}"#,
                    ["/from"]
                ),
                (
                    "/analysis-runs", #"{"name":"x","analyst":"gpt","plan":"any",\#(Self.range)}"#,
                    ["/analyst", "/plan"]
                ),
                ("/analysis-runs", #"{"name":"x","agent_id":"\#(UUID.v7())",\#(Self.range)}"#, ["/agent_id"]),
                ("/analysis-choices", #"{}"#, ["/run_id"]),
                ("/analysis-choices", #"{"run_id":"\#(UUID.v7())"}"#, ["/run_id"]),
                ("/analysis-choices", #"{"run_id":null,"from":"soon"}"#, ["/from"]),
            ] {
                let answer = try await api.post(path, token: token, body)
                #expect(try answer.status == 422 && answer.pointers == pointers, "\(body): \(answer.raw.text)")
            }
            for number in 0..<AnalysisRunDesk.underWayMax {
                let made = try await api.post("/analysis-runs", token: token, #"{"name":"\#(number)",\#(Self.range)}"#)
                #expect(made.status == 202, "\(made.raw.text)")
            }
            let many = try await api.post("/analysis-runs", token: token, #"{"name":"more",\#(Self.range)}"#)
            #expect(try many.status == 409 && many.code == "too_many_runs")
        }
    }
}
