import Crypto
import Domain
import Postgres
import Store

/// Streams in one lane, as the log would hold them.
struct CallLog {
    static let organizations = [UUID(value: 0xA1), UUID(value: 0xB2)]

    private(set) var events: [RecordedEvent] = []
    private(set) var facts: [UUID: [CallFact]] = [:]
    private var versions: [UUID: Int32] = [:]

    /// Calls at the same time; the facts of each in the order of the world, a little mixed up, or in no order at all.
    static func any(_ dice: inout Dice, calls: Int, turns: ClosedRange<Int> = 0...6) throws -> CallLog {
        var waiting: [(stream: UUID, moments: [ImaginedCall.Moment])] = []
        for _ in 0..<calls {
            var moments = ImaginedCall.any(&dice, turns: turns)
            switch UInt8.random(in: 0...2, using: &dice) {
            case 0: moments.shuffle(using: &dice)
            case 1:
                let places = moments.indices.map { $0 + Int.random(in: 0...6, using: &dice) }
                moments = zip(places, moments).enumerated()
                    .sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(\.element.1)
            default: break
            }
            waiting.append((UUID(value: .random(in: 0 ... .max, using: &dice)), moments.reversed()))
        }
        var log = CallLog()
        while !waiting.isEmpty {
            let place = Int.random(in: 0..<min(waiting.count, 40), using: &dice)
            guard let moment = waiting[place].moments.popLast() else {
                waiting.remove(at: place)
                continue
            }
            try log.append(
                moment.event, to: waiting[place].stream, at: moment.at, id: .random(in: 0 ... .max, using: &dice))
        }
        return log
    }

    static func organization(of stream: UUID) -> UUID { organizations[Int(stream.value & 1)] }

    mutating func append(_ event: CallEvent, to stream: UUID, at instant: Instant, id: UInt128 = UUID.v7().value) throws
    {
        let new = try NewEvent(.call(event), id: EventID(value: id), at: instant)
        append(new, to: stream)
        facts[stream, default: []].append(
            CallFact(version: versions[stream] ?? 0, id: EventID(value: id), at: instant, event))
    }

    /// Something that the fold is not told of.
    mutating func append(_ event: NewEvent, to stream: UUID) {
        versions[stream, default: 0] += 1
        events.append(
            RecordedEvent(
                lane: 3, position: Int64(events.count) + 1, stream: stream, version: versions[stream] ?? 0,
                id: event.id, organization: Self.organization(of: stream), type: event.type,
                schemaVersion: event.schemaVersion, occurredAt: event.occurredAt, recordedAt: event.occurredAt,
                payload: event.payload))
    }

    /// The same events, in batches of any size.
    func batches(_ dice: inout Dice, of sizes: ClosedRange<Int>) -> [ArraySlice<RecordedEvent>] {
        var batches: [ArraySlice<RecordedEvent>] = []
        var rest = events[...]
        while !rest.isEmpty {
            let batch = rest.prefix(Int.random(in: sizes, using: &dice))
            batches.append(batch)
            rest = rest.dropFirst(batch.count)
        }
        return batches
    }
}

extension CallState {
    /// Without what has no table.
    var kept: CallState {
        var state = self
        (state.context, state.hold, state.place) = (nil, nil, nil)
        return state
    }
}
