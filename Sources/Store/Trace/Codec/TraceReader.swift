/// Reads what `TraceWriter` has written, and believes no length.
struct TraceReader {
    private var rest: ArraySlice<UInt8> = []
    private var texts: [String] = []
    private var ids: [UInt128] = []

    init() {}

    /// Goes on with more of the same trace.
    mutating func take(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func byte() throws(TraceFault) -> UInt8 {
        guard let byte = rest.popFirst() else { throw .breaksOff }
        return byte
    }

    mutating func number() throws(TraceFault) -> UInt64 {
        var (number, shift) = (UInt64(0), UInt64(0))
        while true {
            let byte = try byte()
            guard shift < 63 || byte < 2 else { throw .meaningless("a number") }
            number |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return number }
            shift += 7
        }
    }

    /// Of things that take a byte each at least.
    mutating func count() throws(TraceFault) -> Int {
        let count = try number()
        guard count <= UInt64(rest.count) else { throw .breaksOff }
        return Int(count)
    }

    mutating func signed() throws(TraceFault) -> Int64 {
        let number = try number()
        return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
    }

    mutating func fixed() throws(TraceFault) -> UInt64 {
        guard rest.count >= 8 else { throw .breaksOff }
        let number = rest.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        rest.removeFirst(8)
        return number
    }

    mutating func block() throws(TraceFault) -> [UInt8] {
        let count = try count()
        defer { rest.removeFirst(count) }
        return Array(rest.prefix(count))
    }

    mutating func text() throws(TraceFault) -> String {
        let place = try number()
        if place == 0 { return try letters() }
        if place <= UInt64(texts.count) { return texts[Int(place) - 1] }
        guard place == UInt64(texts.count) + 1, texts.count < TraceWriter.sharedMax else {
            throw .meaningless("the number of a text")
        }
        let text = try letters()
        texts.append(text)
        return text
    }

    private mutating func letters() throws(TraceFault) -> String {
        let count = try count()
        guard let text = String(validating: rest.prefix(count), as: UTF8.self) else { throw .meaningless("a text") }
        rest.removeFirst(count)
        return text
    }

    mutating func id() throws(TraceFault) -> UInt128 {
        let place = try number()
        if place == 0 { return try whole() }
        if place <= UInt64(ids.count) { return ids[Int(place) - 1] }
        guard place == UInt64(ids.count) + 1, ids.count < TraceWriter.sharedMax else {
            throw .meaningless("the number of an id")
        }
        let id = try whole()
        ids.append(id)
        return id
    }

    /// One that never was shared.
    mutating func fixedID() throws(TraceFault) -> UInt128 { try whole() }

    private mutating func whole() throws(TraceFault) -> UInt128 {
        let high = try fixed()
        return UInt128(high) << 64 | UInt128(try fixed())
    }
}
