/// The headers of a request or response, in their order.
///
/// They are kept as bytes with an index of places: reading a request makes no string per header, and looking one up
/// compares bytes without regard to case. Values that are asked for are made into strings then.
package struct Headers: Sendable {
    /// Where one header stands in the bytes.
    struct Field: Sendable {
        var nameStart: UInt32
        var nameLength: UInt32
        var valueStart: UInt32
        var valueLength: UInt32

        init(name: Range<Int>, value: Range<Int>) {
            nameStart = UInt32(name.lowerBound)
            nameLength = UInt32(name.count)
            valueStart = UInt32(value.lowerBound)
            valueLength = UInt32(value.count)
        }

        var name: Range<Int> { Int(nameStart)..<Int(nameStart + nameLength) }
        var value: Range<Int> { Int(valueStart)..<Int(valueStart + valueLength) }
    }

    private static let bytesUsual = 512

    private(set) var bytes: [UInt8]
    private(set) var fields: [Field]

    package init() { (bytes, fields) = ([], []) }

    /// Headers found in the head of a message; the places are within `bytes`.
    init(bytes: [UInt8], fields: [Field]) { (self.bytes, self.fields) = (bytes, fields) }

    package init(_ list: KeyValuePairs<HeaderName, String>) {
        self.init()
        for (name, value) in list { add(name, value) }
    }

    package var isEmpty: Bool { fields.isEmpty }
    package var count: Int { fields.count }

    /// The first value of a header.
    package subscript(name: HeaderName) -> String? {
        for field in fields where hasName(field, name) { return bytes.span.text(in: field.value) }
        return nil
    }

    package func values(of name: HeaderName) -> [String] {
        fields.lazy.filter { hasName($0, name) }.map { bytes.span.text(in: $0.value) }
    }

    package func has(_ name: HeaderName) -> Bool { fields.contains { hasName($0, name) } }

    /// Whether any header of this name lists `word`, as `Connection: keep-alive, Upgrade` lists `upgrade`.
    package func lists(_ word: String, in name: HeaderName) -> Bool {
        let word = word.lowercased()
        return fields.contains { hasName($0, name) && bytes.span.lists(word, in: $0.value) }
    }

    /// All headers as text, in order.
    package var all: [(name: String, value: String)] {
        fields.map { (bytes.span.text(in: $0.name), bytes.span.text(in: $0.value)) }
    }

    /// Appends a header. A control character in `value` (a line end above all) is sent as a space, so that no value can
    /// end the header it stands in (RFC 9110 §5.5).
    package mutating func add(_ name: HeaderName, _ value: String) {
        // Room for what an answer usually says; beyond it the bytes grow by doubling, which reserving each time would keep them from.
        if bytes.isEmpty { bytes.reserveCapacity(Self.bytesUsual) }
        let start = bytes.count
        bytes.append(contentsOf: name.text.utf8)
        let middle = bytes.count
        bytes.append(contentsOf: value.utf8)
        for index in middle..<bytes.count where !Text.isFieldValue(bytes[index]) { bytes[index] = 32 }
        fields.append(Field(name: start..<middle, value: middle..<bytes.count))
    }

    /// Appends all of the others, in their order.
    package mutating func add(_ others: Headers) {
        if bytes.isEmpty { bytes.reserveCapacity(Self.bytesUsual) }
        let start = UInt32(bytes.count)
        bytes.append(contentsOf: others.bytes)
        for var field in others.fields {
            field.nameStart += start
            field.valueStart += start
            fields.append(field)
        }
    }

    /// Puts one header in the place of all others of its name.
    package mutating func set(_ name: HeaderName, _ value: String) {
        remove(name)
        add(name, value)
    }

    package mutating func remove(_ name: HeaderName) {
        guard has(name) else { return }
        let (bytes, left) = (bytes, fields.filter { !hasName($0, name) })
        fields = left
        // What is left moves into bytes of its own, so that setting a header again and again does not grow them.
        self.bytes = []
        for index in fields.indices {
            let field = fields[index]
            let start = self.bytes.count
            self.bytes.append(contentsOf: bytes[field.name])
            let middle = self.bytes.count
            self.bytes.append(contentsOf: bytes[field.value])
            fields[index] = Field(name: start..<middle, value: middle..<self.bytes.count)
        }
    }

    private func hasName(_ field: Field, _ name: HeaderName) -> Bool {
        guard Int(field.nameLength) == name.text.utf8.count else { return false }
        var index = Int(field.nameStart)
        for byte in name.text.utf8 {
            if Text.lowercased(bytes[index]) != Text.lowercased(byte) { return false }
            index += 1
        }
        return true
    }
}
