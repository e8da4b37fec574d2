/// A message of Protocol Buffers, field by field. Every length is held against what is there, so that no file, however broken,
/// leads past its own end.
struct ProtobufFields {
    enum Value {
        case number(UInt64)
        case bytes(ProtobufFields)
        /// Four or eight bytes that nobody here wants.
        case fixed
    }

    private let file: [UInt8]
    private var place: Int
    private let end: Int

    init(_ file: [UInt8]) { self.init(file, 0, file.count) }

    private init(_ file: [UInt8], _ place: Int, _ end: Int) { (self.file, self.place, self.end) = (file, place, end) }

    /// What is left.
    var count: Int { end - place }

    /// Nil at the end.
    mutating func next() throws(SileroFault) -> (field: UInt64, value: Value)? {
        guard place < end else { return nil }
        let tag = try number()
        let field = tag >> 3
        guard field > 0 else { throw .malformed }
        switch tag & 7 {
        case 0: return (field, .number(try number()))
        case 1: return (field, try skip(8))
        case 2:
            let length = try number()
            guard length <= UInt64(count) else { throw .malformed }
            let inner = ProtobufFields(file, place, place + Int(length))
            place += Int(length)
            return (field, .bytes(inner))
        case 5: return (field, try skip(4))
        // Groups are older than anything that writes these files.
        default: throw .malformed
        }
    }

    /// A number of a packed list, or of a tag: at most ten bytes.
    mutating func number() throws(SileroFault) -> UInt64 {
        var number: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard place < end else { throw .malformed }
            let byte = file[place]
            place += 1
            // The tenth byte has room for one bit.
            guard shift < 63 || byte <= 1 else { throw .malformed }
            number |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return number }
        }
        throw .malformed
    }

    /// All that is left, as text of at most `limit` bytes; nil if it is longer.
    func text(atMost limit: Int) -> String? {
        count <= limit ? String(decoding: file[place..<end], as: UTF8.self) : nil
    }

    /// All that is left, as numbers of four bytes, the lowest first.
    func floats() throws(SileroFault) -> [Float] {
        guard count.isMultiple(of: 4) else { throw .malformed }
        return stride(from: place, to: end, by: 4).map { place in
            let low = UInt32(file[place]) | UInt32(file[place + 1]) << 8
            let high = UInt32(file[place + 2]) | UInt32(file[place + 3]) << 8
            return Float(bitPattern: low | high << 16)
        }
    }

    private mutating func skip(_ length: Int) throws(SileroFault) -> Value {
        guard count >= length else { throw .malformed }
        place += length
        return .fixed
    }
}
