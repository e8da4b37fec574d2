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
    package static let embedding = "embed_texts"
    package static let moving = "move_texts_over"
    package static let recall = "compare_recall"

    /// Looks at a call, once what was under way when it ended has come in.
    static func analyze(_ call: UUID, of organization: UUID, after pause: Duration) -> NewJob {
        var job = job(analysis, call, organization)
        job.when = .after(pause)
        return job
    }

    /// Weighs what was seen in a call.
    static func learn(from call: UUID, of organization: UUID) -> NewJob { job(patterns, call, organization) }

    /// One for all at most: it goes on until nothing waits.
    package static func embed() -> NewJob {
        var job = NewJob(embedding)
        job.queue = queue
        job.priority = .low
        job.uniqueKey = NewJob.key(Array(embedding.utf8))
        return job
    }

    private static func job(_ kind: String, _ call: UUID, _ organization: UUID) -> NewJob {
        var job = NewJob(kind, args: JSONValue.object([("call_id", .string(call.description))]).bytes())
        job.queue = queue
        job.organization = organization
        job.uniqueKey = NewJob.key(call.bytes)
        return job
    }

    package static func call(in args: [UInt8]) -> CallID? {
        let document = try? JSONValue(json: args)
        return document?["call_id"]?.text.flatMap { UUID($0) }.map { CallID($0) }
    }
}
