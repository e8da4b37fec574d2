import Crypto
import Domain
import Wire

/// An append as it stands in a journal. Numbers are little-endian, and before words and lists stands how long they are.
package enum JournalEntry {
    /// The first byte: another form gets another number, and whoever does not know it leaves the record where it is.
    static let form: UInt8 = 1

    package static func bytes(of append: StreamAppend) -> [UInt8] {
        var bytes: [UInt8] = [form]
        bytes.reserveCapacity(append.byteCount)
        bytes += append.stream.bytes
        bytes += append.organization.bytes
        bytes.add(Array(append.kind.rawValue.utf8))
        if case .version(let first) = append.start { bytes.add(first) } else { bytes.add(Int32(0)) }
        bytes.add(Int32(clamping: append.events.count))
        for event in append.events {
            bytes += event.id.bytes
            bytes.add(Array(event.type.utf8))
            bytes.add(event.schemaVersion)
            bytes.add(event.occurredAt.microseconds)
            bytes.append(event.keyID == nil ? 0 : 1)
            if let key = event.keyID { bytes.add(key) }
            bytes.add(event.payload)
            bytes.append(event.meta == nil ? 0 : 1)
            if let meta = event.meta { bytes.add(meta) }
        }
        return bytes
    }

    /// Nil for what is no entry, or one of a later release.
    package static func append(_ bytes: [UInt8]) -> StreamAppend? {
        var reader = Reader(rest: bytes[...])
        guard reader.byte() == form, let stream = reader.uuid(), let organization = reader.uuid(),
            let kind = reader.text().flatMap(StreamKind.init(rawValue:)), let first = reader.number(Int32.self),
            let count = reader.number(Int32.self), first >= 0, count >= 0
        else { return nil }
        var events: [NewEvent] = []
        for _ in 0..<count {
            guard let event = reader.event() else { return nil }
            events.append(event)
        }
        guard reader.rest.isEmpty else { return nil }
        return StreamAppend(
            to: stream, kind: kind, of: organization, at: first == 0 ? .next : .version(first), events)
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>

        mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
            guard count >= 0, count <= rest.count else { return nil }
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }

        mutating func byte() -> UInt8? { bytes(1)?.first }

        mutating func number<Number: FixedWidthInteger>(_: Number.Type) -> Number? {
            guard let bytes = bytes(Number.bitWidth / 8) else { return nil }
            return bytes.reversed().reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
        }

        mutating func uuid() -> UUID? { bytes(16).flatMap { UUID(bytes: Array($0).span) } }

        mutating func block() -> [UInt8]? {
            guard let count = number(Int32.self) else { return nil }
            return bytes(Int(count)).map(Array.init)
        }

        mutating func text() -> String? { block().map { String(decoding: $0, as: UTF8.self) } }

        mutating func event() -> NewEvent? {
            guard let id = uuid(), let type = text(), let schema = number(Int16.self), let time = number(Int64.self),
                let hasKey = byte()
            else { return nil }
            var event = NewEvent(
                id: id, type: type, schemaVersion: schema, occurredAt: Timestamp(microseconds: time), payload: [])
            if hasKey == 1 {
                guard let key = number(Int64.self) else { return nil }
                event.keyID = key
            }
            guard let payload = block(), let hasMeta = byte() else { return nil }
            event.payload = payload
            if hasMeta == 1 {
                guard let meta = block() else { return nil }
                event.meta = meta
            }
            return event
        }
    }
}

extension [UInt8] {
    fileprivate mutating func add(_ number: some FixedWidthInteger) {
        for place in 0..<number.bitWidth / 8 { append(UInt8(truncatingIfNeeded: number >> (8 * place))) }
    }

    fileprivate mutating func add(_ block: [UInt8]) {
        add(Int32(clamping: block.count))
        self += block
    }
}
