import Synchronization
package import Wire

/// What a simulator is told to do wrong, and what it has seen: shared by its connections and by the test that looks at it.
package final class Stage: Sendable {
    /// Facts that tests ask for; counting never ends, keeping does.
    package struct Seen: Sendable {
        package var connections = 0
        package var refused = 0
        package var messagesIn = 0
        package var bytesIn = 0
        package var messagesOut = 0
        /// How many ended, by either side.
        package var ended = 0
        /// The last documents that came in.
        package var documents: [JSONValue] = []
    }

    package static let documentsMax = 256

    /// The key that is asked for; nil takes any, and none.
    package let key: String?
    private let plans = Mutex<[SimulatedTrouble]>([])
    private let facts = Mutex(Seen())

    package init(key: String? = nil) { self.key = key }

    /// One trouble for each connection to come, in order; those after them have none.
    package func plan(_ troubles: SimulatedTrouble...) { plans.withLock { $0 += troubles } }

    package var seen: Seen { facts.withLock { $0 } }

    func next() -> SimulatedTrouble {
        facts.withLock { $0.connections += 1 }
        return plans.withLock { $0.isEmpty ? .none : $0.removeFirst() }
    }

    func note(_ change: (inout Seen) -> Void) { facts.withLock { change(&$0) } }

    func note(_ document: JSONValue) {
        facts.withLock { seen in
            if seen.documents.count == Self.documentsMax { seen.documents.removeFirst() }
            seen.documents.append(document)
        }
    }
}
