import Crypto
import Domain
import Postgres
import Store
import Wire

/// One append as a writer keeps it in its journal: a line of words.
struct WrittenRecord: Hashable {
    static let organization = UUID(value: 0x0191_0000_0000_7000_8000_0000_0000_0001)

    let stream: UUID
    /// 0 leaves it to the log.
    let first: Int32
    let events: [Event]

    struct Event: Hashable {
        let id: UUID
        let type: EventKind
    }

    enum EventKind: String, Hashable {
        case plain = "chaos.happened"
        /// The consumer refuses it, until it is repaired.
        case poison = "chaos.poison"
        /// The consumer dies of it, until it is repaired.
        case deadly = "chaos.deadly"
    }

    init(stream: UUID, first: Int32, events: [Event]) {
        (self.stream, self.first, self.events) = (stream, first, events)
    }

    init?(_ bytes: [UInt8]) {
        let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        guard words.count >= 4, words.count % 2 == 0, let stream = UUID(String(words[0])), let first = Int32(words[1])
        else { return nil }
        var events: [Event] = []
        for place in stride(from: 2, to: words.count, by: 2) {
            guard let id = UUID(String(words[place])), let type = EventKind(rawValue: String(words[place + 1])) else {
                return nil
            }
            events.append(Event(id: id, type: type))
        }
        self.init(stream: stream, first: first, events: events)
    }

    var bytes: [UInt8] {
        Array("\(stream) \(first) \(events.map { "\($0.id) \($0.type.rawValue)" }.joined(separator: " "))".utf8)
    }

    var append: StreamAppend {
        StreamAppend(
            to: stream, kind: first == 0 ? .customer : .call, of: Self.organization,
            at: first == 0 ? .next : .version(first),
            events.map {
                NewEvent(
                    id: $0.id, type: $0.type.rawValue, schemaVersion: 1, occurredAt: .now,
                    payload: Array(#"{"said":"what a caller may say in a turn of a call"}"#.utf8))
            })
    }
}
