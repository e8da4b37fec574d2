package import HTTP
import Synchronization

/// Collects what a server tells.
package final class Happenings: Sendable {
    private let list = Mutex<[ServerHappening]>([])

    package init() {}

    package func append(_ happening: ServerHappening) { list.withLock { $0.append(happening) } }
    package var all: [ServerHappening] { list.withLock { $0 } }
}
