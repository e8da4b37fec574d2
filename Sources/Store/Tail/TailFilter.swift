package import Crypto
import Domain

/// Which of an organization's events somebody follows.
///
/// A class, since it holds an id and is passed to functions that suspend: see `Relay`.
package final class TailFilter: Sendable {
    package let types: Set<String>?
    package let stream: UUID?

    package init(types: Set<String>? = nil, stream: UUID? = nil) {
        self.types = types
        self.stream = stream
    }

    func takes(_ event: RecordedEvent) -> Bool {
        if let types, !types.contains(event.type) { return false }
        if let stream, event.stream != stream { return false }
        return true
    }
}
