/// Reads JSON where it lies, value after value, as the caller asks for it: strictly by RFC 8259, without allocating.
///
///     var json = JSONScanner(bytes)
///     try json.enterObject()
///     while let name = try json.nextName() {
///         if json.isText(name, "event") { event = try json.string() } else { try json.skip() }
///     }
///     try json.end()
///
/// What is passed over is checked as strictly as what is read. Names that stand twice are the caller's to judge. After an
/// error the scanner must not be used again. Asking for members outside an object, or elements outside an array, is a bug and
/// traps.
package struct JSONScanner: ~Escapable {
    let bytes: Span<UInt8>
    /// The next byte to look at.
    package internal(set) var position = 0
    /// The containers entered: one bit each, the innermost lowest, 1 for an object.
    private var containers: UInt64 = 0
    private(set) var depth = 0
    /// Whether the innermost container was just entered, so that no comma is due.
    private var isFresh = false

    @_lifetime(copy bytes)
    package init(_ bytes: Span<UInt8>) { self.bytes = bytes }

    // MARK: - What comes next

    /// The kind of the value that comes next, which is not consumed.
    package mutating func kind() throws(JSONError) -> JSONKind {
        switch try lookAhead() {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        default: throw refusal(.unexpectedByte)
        }
    }

    /// Makes sure that nothing but blanks is left.
    package mutating func end() throws(JSONError) {
        precondition(depth == 0, "the end was asked for inside a container")
        skipBlanks()
        guard position == bytes.count else { throw refusal(.trailingBytes) }
    }

    // MARK: - Containers

    package mutating func enterObject() throws(JSONError) {
        try expect(.object)
        try enter(1)
    }

    /// The name of the next member, whose value must then be read or skipped; nil when the object has ended.
    package mutating func nextName() throws(JSONError) -> JSONText? {
        precondition(isInObject, "a member was asked for outside an object")
        guard try hasNext(closing: UInt8(ascii: "}")) else { return nil }
        guard try lookAhead() == UInt8(ascii: "\"") else { throw refusal(.unexpectedByte) }
        let name = try readString()
        guard try lookAhead() == UInt8(ascii: ":") else { throw refusal(.unexpectedByte) }
        position += 1
        return name
    }

    package mutating func enterArray() throws(JSONError) {
        try expect(.array)
        try enter(0)
    }

    /// Whether another element comes, which must then be read or skipped; false when the array has ended.
    package mutating func nextElement() throws(JSONError) -> Bool {
        precondition(depth > 0 && !isInObject, "an element was asked for outside an array")
        return try hasNext(closing: UInt8(ascii: "]"))
    }

    private var isInObject: Bool { depth > 0 && containers & 1 == 1 }

    private mutating func enter(_ bit: UInt64) throws(JSONError) {
        guard depth < JSONLimits.depthMax else { throw refusal(.tooDeep) }
        position += 1
        containers = containers << 1 | bit
        depth += 1
        isFresh = true
    }

    private mutating func hasNext(closing: UInt8) throws(JSONError) -> Bool {
        let byte = try lookAhead()
        if byte == closing {
            position += 1
            containers >>= 1
            depth -= 1
            isFresh = false
            return false
        }
        if isFresh {
            isFresh = false
            return true
        }
        guard byte == UInt8(ascii: ",") else { throw refusal(.unexpectedByte) }
        position += 1
        return true
    }

    // MARK: - Values

    package mutating func string() throws(JSONError) -> JSONText {
        try expect(.string)
        return try readString()
    }

    package mutating func number() throws(JSONError) -> JSONNumber {
        try expect(.number)
        return try readNumber()
    }

    package mutating func bool() throws(JSONError) -> Bool {
        try expect(.bool)
        let isTrue = bytes[position] == UInt8(ascii: "t")
        try readWord(isTrue ? "true" : "false")
        return isTrue
    }

    package mutating func null() throws(JSONError) {
        try expect(.null)
        try readWord("null")
    }

    /// Passes over the next value and everything in it.
    package mutating func skip() throws(JSONError) {
        let outer = depth
        repeat {
            if depth > outer {
                guard try isInObject ? nextName() != nil : nextElement() else { continue }
            }
            switch try kind() {
            case .object: try enterObject()
            case .array: try enterArray()
            case .string: _ = try readString()
            case .number: _ = try readNumber()
            case .bool: _ = try bool()
            case .null: try null()
            }
        } while depth > outer
    }

    // MARK: - Bytes

    private mutating func expect(_ wanted: JSONKind) throws(JSONError) {
        guard try kind() == wanted else { throw refusal(.unexpectedKind) }
    }

    private mutating func readWord(_ word: StaticString) throws(JSONError) {
        for place in 0..<word.utf8CodeUnitCount {
            guard position < bytes.count else { throw refusal(.endedEarly) }
            guard unsafe bytes[position] == word.utf8Start[place] else { throw refusal(.unexpectedByte) }
            position += 1
        }
    }

    @inline(__always)
    private mutating func lookAhead() throws(JSONError) -> UInt8 {
        skipBlanks()
        guard position < bytes.count else { throw refusal(.endedEarly) }
        return bytes[position]
    }

    @inline(__always)
    private mutating func skipBlanks() {
        while position < bytes.count {
            switch bytes[position] {
            case 32, 9, 10, 13: position += 1
            default: return
            }
        }
    }

    func refusal(_ code: JSONError.Code) -> JSONError { JSONError(code, at: position) }
}
