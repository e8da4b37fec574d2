import Crypto
import Postgres
import Store
import Testing
import Wire

struct EnvelopeTests {
    @Test func `an event without personal words names no key`() {
        let event = NewEvent(
            id: UUID(value: 1), type: "call.answered", schemaVersion: 1, occurredAt: Timestamp(microseconds: 7),
            payload: Array("{}".utf8))
        #expect(event.keyID == nil)
        #expect(event.meta == nil)
    }
}
