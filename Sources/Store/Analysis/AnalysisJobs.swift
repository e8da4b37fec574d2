import Crypto
package import Domain
package import Jobs
import Postgres
import Wire

/// Slow work on calls that are over, in a queue of its own: callers who wait come first.
package enum AnalysisJobs {
    package static let queue = "learning"
    package static let analysis = "analyze_call"
    package static let patterns = "learn_patterns"
    package static let again = "look_again"
    package static let rerun = "rerun_analysis"
    package static let choosing = "choose_looks"
    package static let embedding = "embed_texts"
    package static let moving = "move_texts_over"
    package static let recall = "compare_recall"

    /// Looks at a call, once what was under way when it ended has come in.
    static func analyze(_ call: UUID, of organization: UUID, after pause: Duration) -> NewJob {
        var job = job(analysis, call, organization)
        job.when = .after(pause)
        return job
    }

    /// Weighs what was seen in a call; once more when another look at it was chosen.
    static func learn(from call: UUID, of organization: UUID, choice: Int? = nil) -> NewJob {
        guard let choice else { return job(patterns, call, organization) }
        return job(patterns, call, organization, [("choice", .integer(Int64(choice)))])
    }

    /// Looks at a call as those of a run are looked at.
    static func again(_ call: UUID, for run: AnalysisRunID, of organization: UUID) -> NewJob {
        job(again, call, organization, [("run_id", .string(run.description))])
    }

    /// Looks again at calls of a time.
    static func rerun(_ run: AnalysisRunID, of organization: UUID) -> NewJob {
        wide(rerun, [("run_id", .string(run.description))], organization)
    }

    /// Tells calls which look counts.
    static func choose(_ number: Int, of organization: UUID) -> NewJob {
        wide(choosing, [("choice", .integer(Int64(number)))], organization)
    }

    /// Over many calls: what is looked at one by one, because it is just over, goes first.
    private static func wide(_ kind: String, _ args: [(String, JSONValue)], _ organization: UUID) -> NewJob {
        let args = JSONValue.object(args).bytes()
        var job = NewJob(kind, args: args)
        job.queue = queue
        job.organization = organization
        job.priority = .low
        job.uniqueKey = NewJob.key(organization.bytes, args)
        return job
    }

    /// One for all at most: it goes on until nothing waits.
    package static func embed() -> NewJob {
        var job = NewJob(embedding)
        job.queue = queue
        job.priority = .low
        job.uniqueKey = NewJob.key(Array(embedding.utf8))
        return job
    }

    private static func job(
        _ kind: String, _ call: UUID, _ organization: UUID, _ more: [(String, JSONValue)] = []
    ) -> NewJob {
        var job = NewJob(kind, args: JSONValue.object([("call_id", .string(call.description))] + more).bytes())
        job.queue = queue
        job.organization = organization
        job.uniqueKey = more.isEmpty ? NewJob.key(call.bytes) : NewJob.key(job.args)
        return job
    }

    package static func call(in args: [UInt8]) -> CallID? { id("call_id", args).map { CallID($0) } }

    package static func run(in args: [UInt8]) -> AnalysisRunID? { id("run_id", args).map { AnalysisRunID($0) } }

    package static func choice(in args: [UInt8]) -> Int? {
        (try? JSONValue(json: args))?["choice"]?.wholeNumber.map { Int($0) }
    }

    private static func id(_ name: String, _ args: [UInt8]) -> UUID? {
        (try? JSONValue(json: args))?[name]?.text.flatMap { UUID($0) }
    }
}
