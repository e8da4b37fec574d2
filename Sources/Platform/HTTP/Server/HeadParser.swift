/// Reads the head of a request, as strictly as RFC 9112 allows: whatever two readers could understand differently is refused.
///
/// Lines end in CR LF only, headers are not folded, no blank stands before a colon, no control character in a value;
/// `Content-Length` is digits and comes once, `Transfer-Encoding` is exactly `chunked` and never together with a length, and
/// there is exactly one `Host` (none is needed in HTTP/1.0). One empty line before the request is forgiven (RFC 9112 §2.2).
///
/// It looks at bytes that may end anywhere: then it is `incomplete`, and is asked again from the start with more.
struct HeadParser {
    enum Stop: Error, Equatable {
        case incomplete
        case fault(RequestFault)
    }

    /// The longest word that may turn out to be a method.
    static let methodBytesMax = 32

    private let limits: Limits.Message
    private var head = RequestHead()
    private var index = 0
    private var hostCount = 0
    private var hasLength = false
    private var hasCoding = false

    static func parse(_ bytes: Span<UInt8>, _ limits: Limits.Message) throws(Stop) -> RequestHead {
        var parser = HeadParser(limits)
        try parser.readHead(bytes)
        return parser.head
    }

    private init(_ limits: Limits.Message) { self.limits = limits }

    private mutating func readHead(_ bytes: Span<UInt8>) throws(Stop) {
        if bytes.count >= 1, bytes[0] == 13 {
            guard bytes.count >= 2 else { throw .incomplete }
            guard bytes[1] == 10 else { throw .fault(.badRequestLine) }
            index = 2
        }
        try readMethod(bytes)
        try readTarget(bytes)
        try readVersion(bytes)
        head.fields.reserveCapacity(16)
        while try !readEmptyLine(bytes) { try readField(bytes) }
        head.length = index
        try concludeHead()
    }

    /// What is missing: more bytes, or a larger limit.
    private func unfinished(_ bytes: Span<UInt8>) -> Stop {
        bytes.count >= limits.headBytes ? .fault(.headTooLarge) : .incomplete
    }

    private mutating func readMethod(_ bytes: Span<UInt8>) throws(Stop) {
        let start = index
        while index < bytes.count, Text.isToken(bytes[index]) {
            index += 1
            if index - start > Self.methodBytesMax { throw .fault(.badRequestLine) }
        }
        guard index < bytes.count else { throw .incomplete }
        guard index > start, bytes[index] == 32 else { throw .fault(.badRequestLine) }
        guard let method = Method(bytes, in: start..<index) else { throw .fault(.unknownMethod) }
        head.method = method
        index += 1
    }

    private mutating func readTarget(_ bytes: Span<UInt8>) throws(Stop) {
        let start = index
        while index < bytes.count, bytes[index] > 32, bytes[index] < 127 {
            index += 1
            if index - start > limits.targetBytes { throw .fault(.targetTooLong) }
        }
        guard index < bytes.count else {
            throw bytes.count >= limits.headBytes ? .fault(.targetTooLong) : .incomplete
        }
        guard index > start, bytes[index] == 32 else { throw .fault(.badRequestLine) }
        head.target = start..<index
        if bytes[start] != UInt8(ascii: "/") { try readOddTarget(bytes) }
        index += 1
    }

    /// What is no path: `*`, or a whole address.
    private mutating func readOddTarget(_ bytes: Span<UInt8>) throws(Stop) {
        if head.method == .options, bytes.holds("*", in: head.target) { return }
        guard let absolute = AbsoluteTarget(bytes, in: head.target) else { throw .fault(.badTarget) }
        head.target = absolute.rest
        head.authority = absolute.authority
    }

    private mutating func readVersion(_ bytes: Span<UInt8>) throws(Stop) {
        let available = min(bytes.count - index, 10)
        var place = 0
        for expected in "HTTP/".utf8 where place < available {
            guard bytes[index + place] == expected else { throw .fault(.badRequestLine) }
            place += 1
        }
        guard available == 10 else { throw unfinished(bytes) }
        let (major, dot, minor) = (bytes[index + 5], bytes[index + 6], bytes[index + 7])
        guard isDigit(major), dot == UInt8(ascii: "."), isDigit(minor), bytes[index + 8] == 13, bytes[index + 9] == 10
        else { throw .fault(.badRequestLine) }
        guard major == UInt8(ascii: "1"), minor <= UInt8(ascii: "1") else { throw .fault(.unsupportedVersion) }
        head.isLegacy = minor == UInt8(ascii: "0")
        head.keepsAlive = !head.isLegacy
        index += 10
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }

    private mutating func readEmptyLine(_ bytes: Span<UInt8>) throws(Stop) -> Bool {
        guard index < bytes.count else { throw unfinished(bytes) }
        guard bytes[index] == 13 else { return false }
        guard index + 1 < bytes.count else { throw unfinished(bytes) }
        guard bytes[index + 1] == 10 else { throw .fault(.badHeader) }
        index += 2
        if index > limits.headBytes { throw .fault(.headTooLarge) }
        return true
    }

    private mutating func readField(_ bytes: Span<UInt8>) throws(Stop) {
        let start = index
        while index < bytes.count, Text.isToken(bytes[index]) { index += 1 }
        guard index < bytes.count else { throw unfinished(bytes) }
        // A blank here is folding, or stands before the colon.
        guard index > start, bytes[index] == UInt8(ascii: ":") else { throw .fault(.badHeader) }
        let name = start..<index
        index += 1
        let valueStart = index
        while index < bytes.count, Text.isFieldValue(bytes[index]) { index += 1 }
        guard index < bytes.count else { throw unfinished(bytes) }
        guard bytes[index] == 13 else { throw .fault(.badHeader) }
        guard index + 1 < bytes.count else { throw unfinished(bytes) }
        guard bytes[index + 1] == 10 else { throw .fault(.badHeader) }
        let value = bytes.trimmed(valueStart..<index)
        index += 2
        guard index <= limits.headBytes, head.fields.count < limits.headers else { throw .fault(.headTooLarge) }
        head.fields.append(Headers.Field(name: name, value: value))
        try note(bytes, name, value)
    }

    /// Takes in what concerns the message itself.
    private mutating func note(_ bytes: Span<UInt8>, _ name: Range<Int>, _ value: Range<Int>) throws(Stop) {
        switch name.count {
        case 4 where bytes.holds(caseless: "host", in: name): hostCount += 1
        case 6 where bytes.holds(caseless: "expect", in: name):
            guard bytes.holds(caseless: "100-continue", in: value) else { throw .fault(.unmetExpectation) }
            head.expectsContinue = true
        case 10 where bytes.holds(caseless: "connection", in: name):
            if bytes.lists("close", in: value) {
                head.keepsAlive = false
            } else if head.isLegacy, bytes.lists("keep-alive", in: value) {
                head.keepsAlive = true
            }
        case 14 where bytes.holds(caseless: "content-length", in: name): try noteLength(bytes, value)
        case 17 where bytes.holds(caseless: "transfer-encoding", in: name):
            guard !hasCoding else { throw .fault(.ambiguousLength) }
            guard bytes.holds(caseless: "chunked", in: value) else { throw .fault(.unsupportedTransferCoding) }
            hasCoding = true
        default: break
        }
    }

    private mutating func noteLength(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(Stop) {
        // Fifteen digits are a petabyte, and can't overflow.
        guard !hasLength, !value.isEmpty, value.count <= 15 else { throw .fault(.badContentLength) }
        var length = 0
        for place in value {
            guard isDigit(bytes[place]) else { throw .fault(.badContentLength) }
            length = length * 10 + Int(bytes[place] - 48)
        }
        hasLength = true
        head.framing = .length(length)
    }

    private mutating func concludeHead() throws(Stop) {
        guard hostCount == 1 || head.isLegacy && hostCount == 0 else { throw .fault(.badHost) }
        if hasCoding {
            guard !hasLength, !head.isLegacy else { throw .fault(.ambiguousLength) }
            head.framing = .chunked
        }
        if case .length(let length) = head.framing, length == 0 { head.framing = .none }
    }
}
