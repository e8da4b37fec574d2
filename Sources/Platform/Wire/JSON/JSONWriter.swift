/// Writes JSON at the end of a queue, piece by piece and without blanks; `ByteQueue.appendJSON` lends one.
///
/// It sets the commas and colons. Misuse is a bug and traps: a value without a name in an object, a name outside one, containers
/// not closed or deeper than `JSONLimits.depthMax`, a number that is not finite, a second document.
package struct JSONWriter: ~Copyable {
    private var queue: ByteQueue
    /// The containers open: one bit each, the innermost lowest, 1 for an object.
    private var containers: UInt64 = 0
    private var depth = 0
    private var awaits = Awaits.first

    private enum Awaits {
        /// The container's first member or element, or the document itself.
        case first
        /// A further member or element.
        case next
        /// The value of the name just written.
        case value
        /// Nothing: the document is written.
        case nothing
    }

    fileprivate init(_ queue: consuming ByteQueue) { self.queue = queue }

    fileprivate consuming func finish() -> ByteQueue {
        precondition(awaits == .nothing, "a JSON document was left unfinished")
        return queue
    }

    // MARK: - Containers

    package mutating func beginObject() { begin(UInt8(ascii: "{"), 1) }
    package mutating func endObject() { end(UInt8(ascii: "}"), 1) }
    package mutating func beginArray() { begin(UInt8(ascii: "["), 0) }
    package mutating func endArray() { end(UInt8(ascii: "]"), 0) }

    /// The name of a member; its value must follow.
    package mutating func name(_ text: String) {
        beginName()
        queue.append(quoted: text)
        queue.append(UInt8(ascii: ":"))
        awaits = .value
    }

    /// The same, of a name that is written often.
    package mutating func name(_ name: JSONName) {
        beginName()
        queue.append(name.bytes)
        awaits = .value
    }

    // MARK: - Values

    package mutating func string(_ text: String) {
        beginValue()
        queue.append(quoted: text)
        endValue()
    }

    /// A string of bytes that the caller knows to be UTF-8.
    package mutating func string(utf8 bytes: RawSpan) {
        beginValue()
        queue.append(quoted: bytes)
        endValue()
    }

    /// A string that `write` writes: of nothing but letters, digits and signs that need no escape.
    package mutating func string(_ write: (inout ByteQueue) -> Void) {
        beginValue()
        queue.append(UInt8(ascii: "\""))
        write(&queue)
        queue.append(UInt8(ascii: "\""))
        endValue()
    }

    /// A string of base64, made from `bytes` on the way.
    package mutating func string(base64 bytes: Span<UInt8>) {
        beginValue()
        queue.append(UInt8(ascii: "\""))
        Base64.standard.encode(bytes, into: &queue)
        queue.append(UInt8(ascii: "\""))
        endValue()
    }

    package mutating func integer(_ value: Int64) {
        beginValue()
        queue.append(decimal: Int(value))
        endValue()
    }

    /// The shortest digits that read back as the same double.
    package mutating func double(_ value: Double) {
        precondition(value.isFinite, "JSON has no infinity, and no value that is not a number")
        beginValue()
        queue.append(value.description)
        endValue()
    }

    package mutating func bool(_ value: Bool) {
        beginValue()
        queue.append(value ? "true" : "false")
        endValue()
    }

    package mutating func null() {
        beginValue()
        queue.append("null")
        endValue()
    }

    /// A value that is JSON already, which the caller vouches for.
    package mutating func raw(_ json: Span<UInt8>) {
        beginValue()
        queue.append(json)
        endValue()
    }

    /// The same, where it was received.
    package mutating func raw(_ json: RawSpan) {
        beginValue()
        unsafe json.withUnsafeBytes { unsafe queue.append($0) }
        endValue()
    }

    // MARK: - Between the values

    private var isInObject: Bool { depth > 0 && containers & 1 == 1 }

    private mutating func beginName() {
        precondition(isInObject, "a name was written outside an object")
        switch awaits {
        case .first: break
        case .next: queue.append(UInt8(ascii: ","))
        case .value, .nothing: preconditionFailure("a name was written where a value is due")
        }
    }

    private mutating func begin(_ bracket: UInt8, _ bit: UInt64) {
        beginValue()
        precondition(depth < JSONLimits.depthMax, "JSON nested too deeply")
        queue.append(bracket)
        containers = containers << 1 | bit
        depth += 1
        awaits = .first
    }

    private mutating func end(_ bracket: UInt8, _ bit: UInt64) {
        precondition(depth > 0 && containers & 1 == bit && awaits != .value, "the wrong container was closed")
        queue.append(bracket)
        containers >>= 1
        depth -= 1
        endValue()
    }

    private mutating func beginValue() {
        switch awaits {
        case .value: break
        case .first: precondition(!isInObject, "a value was written without its name")
        case .next:
            precondition(!isInObject, "a value was written without its name")
            queue.append(UInt8(ascii: ","))
        case .nothing: preconditionFailure("a second document was written")
        }
    }

    private mutating func endValue() { awaits = depth > 0 ? .next : .nothing }
}

extension ByteQueue {
    /// Appends the one JSON document that `write` writes.
    package mutating func appendJSON(_ write: (inout JSONWriter) -> Void) {
        var taken = ByteQueue()
        swap(&taken, &self)
        var writer = JSONWriter(taken)
        write(&writer)
        self = writer.finish()
    }
}
