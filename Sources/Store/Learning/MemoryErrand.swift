import Crypto
package import Domain
package import Jobs
import Wire

/// What is to be done about memories outside of the transaction that made it necessary, as it stands in a job.
package enum MemoryErrand {
    package static let rememberKind = "remember"
    package static let embedKind = "embed_memories"

    /// Where the tool was asked.
    package struct Asked: Hashable, Sendable {
        package let call: CallID
        package let version: Int32

        /// Nil for arguments that nobody of ours has written.
        package init?(args: [UInt8]) {
            guard let document = try? JSONValue(json: args), let call = document["call"]?.text.flatMap(UUID.init),
                let version = document["version"]?.wholeNumber.flatMap({ Int32(exactly: $0) })
            else { return nil }
            (self.call, self.version) = (CallID(call), version)
        }
    }

    static func remember(_ event: RecordedEvent) -> NewJob {
        let args = JSONValue.object([
            ("call", .string(event.stream.description)), ("version", .integer(Int64(event.version))),
        ])
        var job = NewJob(rememberKind, args: args.bytes())
        job.organization = event.organization
        job.uniqueKey = NewJob.key(event.id.bytes)
        return job
    }

    /// One that waits is enough: it goes on until nothing is left.
    package static var embed: NewJob {
        var job = NewJob(embedKind)
        job.uniqueKey = NewJob.key(Array(embedKind.utf8))
        job.priority = .low
        return job
    }
}
