package import Crypto
package import Jobs
import Postgres
import Wire

/// The jobs that bring webhooks on their way, in a queue of their own: a receiver that is slow must not hold up other work.
package enum WebhookJobs {
    package static let queue = "webhooks"
    /// Delivers what is due to one endpoint. There is one for each endpoint at most, so that what is under way to it is bounded.
    package static let delivery = "deliver_webhooks"
    package static let replay = "replay_webhooks"

    package static func deliver(to endpoint: UUID, of organization: UUID) -> NewJob {
        var job = job(delivery, endpoint, organization, args(endpoint, []))
        // What fails here is ours, never the receiver's: it goes on until it does not.
        job.attemptsMax = 1_000
        return job
    }

    package static func replay(to endpoint: UUID, of organization: UUID, _ range: ReplayRange) -> NewJob {
        job(replay, endpoint, organization, args(endpoint, range.members))
    }

    private static func job(_ kind: String, _ endpoint: UUID, _ organization: UUID, _ args: [UInt8]) -> NewJob {
        var job = NewJob(kind, args: args)
        job.queue = queue
        job.organization = organization
        job.uniqueKey = key(of: endpoint)
        return job
    }

    package static func key(of endpoint: UUID) -> [UInt8] { NewJob.key(endpoint.bytes) }

    private static func args(_ endpoint: UUID, _ more: [(String, JSONValue)]) -> [UInt8] {
        JSONValue.object([("endpoint_id", .string(endpoint.description))] + more).bytes()
    }

    package static func endpoint(in args: [UInt8]) -> UUID? {
        let document = try? JSONValue(json: args)
        return document?["endpoint_id"]?.text.flatMap { UUID($0) }
    }

    /// Whoever waits for a later moment is due now.
    static func hasten(_ endpoints: [UUID]) -> SQL {
        """
        UPDATE jobs SET state = 'available', run_at = clock_timestamp() WHERE id IN (
            SELECT id FROM jobs WHERE kind = \(delivery) AND unique_key = ANY (\(endpoints.map(key)))
                AND state = 'scheduled' ORDER BY id FOR UPDATE SKIP LOCKED)
        """
    }
}
