import Crypto
package import Domain
import Jobs
import Wire

/// Forgetting what calls left, as it stands in a job: whose calls, and never a word of them.
package enum ForgettingJobs {
    package static let calls = "forget_calls"

    static func forget(_ customer: UUID, of organization: UUID) -> NewJob {
        var job = NewJob(calls, args: JSONValue.object([("customer_id", .string(customer.description))]).bytes())
        job.queue = AnalysisJobs.queue
        job.organization = organization
        return job
    }

    package static func customer(in args: [UInt8]) -> CustomerID? {
        let document = try? JSONValue(json: args)
        return document?["customer_id"]?.text.flatMap { UUID($0) }.map { CustomerID($0) }
    }
}
