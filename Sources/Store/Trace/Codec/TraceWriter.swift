/// Bytes of a trace as they grow. Numbers are as short as they are small; short texts and ids stand once, and afterwards by their number.
struct TraceWriter {
    /// Longer ones are hardly said twice.
    static let sharedTextMax = 32
    /// Texts, and ids, that have numbers. Later ones are written in full: what a reader must remember is bounded.
    static let sharedMax = 16_384

    private(set) var bytes: [UInt8] = []
    private let shares: Bool
    private var texts: [String: Int] = [:]
    private var ids: [UInt128: Int] = [:]

    /// One that shares nothing writes the same bytes for the same value at any time.
    init(shares: Bool = true) { self.shares = shares }

    /// What was written since; what has a number keeps it.
    mutating func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    mutating func byte(_ byte: UInt8) { bytes.append(byte) }

    /// Seven bits a byte, the lowest first.
    mutating func number(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func count(_ count: Int) { number(UInt64(count)) }

    /// Small ones of either sign are short.
    mutating func signed(_ number: Int64) { self.number(UInt64(bitPattern: (number << 1) ^ (number >> 63))) }

    mutating func fixed(_ number: UInt64) {
        for place in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * UInt64(place)))) }
    }

    mutating func block(_ block: [UInt8]) {
        count(block.count)
        bytes += block
    }

    mutating func text(_ text: String) {
        guard shares, text.utf8.count <= Self.sharedTextMax else {
            if shares { count(0) }
            return letters(text)
        }
        if let place = texts[text] { return count(place) }
        guard texts.count < Self.sharedMax else {
            count(0)
            return letters(text)
        }
        texts[text] = texts.count + 1
        count(texts.count)
        letters(text)
    }

    private mutating func letters(_ text: String) {
        count(text.utf8.count)
        bytes += text.utf8
    }

    mutating func id(_ value: UInt128) {
        guard shares else { return whole(value) }
        if let place = ids[value] { return count(place) }
        guard ids.count < Self.sharedMax else {
            count(0)
            return whole(value)
        }
        ids[value] = ids.count + 1
        count(ids.count)
        whole(value)
    }

    private mutating func whole(_ value: UInt128) {
        fixed(UInt64(truncatingIfNeeded: value >> 64))
        fixed(UInt64(truncatingIfNeeded: value))
    }
}
