package import Crypto
package import Domain
package import Wire

// The domain imports nothing, so it has identifiers and instants of its own; the log has those of its neighbours.

extension ID {
    package init(_ uuid: UUID) { self.init(value: uuid.value) }
    package var uuid: UUID { UUID(value: value) }
}

extension Instant {
    package init(_ timestamp: Timestamp) { self.init(microseconds: timestamp.microseconds) }
}

extension Timestamp {
    package init(_ instant: Instant) { self.init(microseconds: instant.microseconds) }
}
