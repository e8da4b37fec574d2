package import Crypto
import Postgres
package import Wire

/// Work to be done later, by anybody who handles its kind.
package struct NewJob: Sendable {
    package enum When: Hashable, Sendable {
        case now
        case at(Timestamp)
        /// From the moment that the database writes it down.
        case after(Duration)
    }

    /// Orders the jobs of one organization. Between organizations it only breaks ties: a flood of urgent jobs of one
    /// does not hold up the others.
    package enum Priority: Int16, Sendable { case urgent = 1, normal, low, idle }

    package static let nameBytesMax = 63
    package static let argsBytesMax = 65_536
    package static let uniqueKeyBytesMax = 64
    package static let attemptsMaxRange = 1...1000
    package static let timeoutRange = Duration.milliseconds(1)...Duration.seconds(86_400)

    package let kind: String
    /// JSON. What it says is the handler's business; what is secret does not belong here.
    package let args: [UInt8]
    package var queue = "default"
    package var organization: UUID?
    package var when = When.now
    package var priority = Priority.normal
    /// Of one kind and key there is one job at most that has not ended.
    package var uniqueKey: [UInt8]?
    package var attemptsMax = 20
    package var timeout = Duration.seconds(300)

    package init(_ kind: String, args: [UInt8] = Array("{}".utf8)) {
        self.kind = kind
        self.args = args
    }

    /// A key from parts, each told from the next: what a job is made from makes it unique.
    package static func key(_ parts: [UInt8]...) -> [UInt8] {
        var digest = Digest(.sha256)
        for part in parts {
            let length = (0..<8).map { UInt8(truncatingIfNeeded: part.count >> (56 - 8 * $0)) }
            digest.update(length.span)
            digest.update(part.span)
        }
        return digest.finish()
    }

    func check() throws(JobError) {
        guard (1...Self.nameBytesMax).contains(kind.utf8.count), (1...Self.nameBytesMax).contains(queue.utf8.count)
        else { throw .invalid("kind and queue are 1 to 63 bytes") }
        guard args.count <= Self.argsBytesMax else {
            throw .invalid("args are longer than 64 KiB; store them and pass where they are")
        }
        if let uniqueKey, !(1...Self.uniqueKeyBytesMax).contains(uniqueKey.count) {
            throw .invalid("a unique key is 1 to 64 bytes; hash what is longer")
        }
        guard Self.attemptsMaxRange.contains(attemptsMax) else { throw .invalid("attempts are 1 to 1000") }
        guard Self.timeoutRange.contains(timeout) else { throw .invalid("the timeout is 1 ms to a day") }
    }
}
