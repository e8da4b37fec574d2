import Wire

/// One command as it goes over the wire: its arguments, encoded as they were added.
///
/// Arguments are bytes with a length before them, so anything at all may be in them. The encoding is ours and not hiredis'
/// formatter: that one wants arrays of pointers and allocates a second copy, while here each argument is copied once into
/// one buffer.
package struct RedisCommand: Sendable, CustomStringConvertible, CustomReflectable {
    /// The command's word, for errors; its arguments are never shown.
    package let name: String
    private(set) var argumentCount = 0
    private(set) var encoded: [UInt8] = []

    package init(_ name: String, capacity: Int = 96) {
        self.name = name
        encoded.reserveCapacity(capacity)
        add(name)
    }

    /// From a word and its arguments.
    package init(_ name: String, _ parts: [RedisPart]) {
        self.init(name)
        for part in parts { add(part) }
    }

    package mutating func add(_ text: String) {
        header(UInt8(ascii: "$"), text.utf8.count)
        encoded.append(contentsOf: text.utf8)
        lineEnd()
    }

    package mutating func add(_ bytes: [UInt8]) {
        header(UInt8(ascii: "$"), bytes.count)
        encoded.append(contentsOf: bytes)
        lineEnd()
    }

    package mutating func add(_ number: Int) {
        header(UInt8(ascii: "$"), Self.digitCount(number))
        digits(number)
        lineEnd()
    }

    package mutating func add(_ part: RedisPart) {
        switch part {
        case .text(let text): add(text)
        case .bytes(let bytes): add(bytes)
        case .number(let number): add(number)
        }
    }

    package var description: String { name }
    package var customMirror: Mirror { Mirror(self, children: ["name": name]) }

    /// How many bytes it is on the wire, at most.
    var size: Int { encoded.count + 24 }

    func write(to output: inout ByteQueue) {
        output.append(UInt8(ascii: "*"))
        output.append(decimal: argumentCount)
        output.append("\r\n")
        output.append(encoded)
    }

    private mutating func header(_ mark: UInt8, _ count: Int) {
        argumentCount += 1
        encoded.append(mark)
        digits(count)
        lineEnd()
    }

    private mutating func lineEnd() {
        encoded.append(UInt8(ascii: "\r"))
        encoded.append(UInt8(ascii: "\n"))
    }

    private mutating func digits(_ number: Int) {
        if number < 0 { encoded.append(UInt8(ascii: "-")) }
        var rest = number.magnitude
        let first = encoded.count
        repeat {
            encoded.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        encoded[first...].reverse()
    }

    private static func digitCount(_ number: Int) -> Int {
        var rest = number.magnitude
        var count = number < 0 ? 2 : 1
        while rest >= 10 {
            rest /= 10
            count += 1
        }
        return count
    }
}
