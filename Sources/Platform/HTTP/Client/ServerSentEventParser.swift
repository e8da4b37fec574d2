import Wire

/// Takes an event stream apart, as the HTML standard has it: lines end in CR, LF or both, wherever the bytes were cut; an
/// event ends with an empty line; one that the stream ends in the middle of is dropped.
package struct ServerSentEventParser: ~Copyable {
    package enum Fault: Error, Hashable {
        /// A line, or the data of one event, is longer than allowed.
        case tooLong
    }

    private let bytesMax: Int
    private var line: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    private var event = ""
    private(set) var lastID = ""
    /// What the server asked us to wait before coming again.
    private(set) var retry: Duration?
    private var endedInCR = false
    private var isFirstLine = true

    package init(bytesMax: Int) { self.bytesMax = bytesMax }

    /// Takes bytes from `position` on, up to the end of the next event; nil when they are used up.
    package mutating func next(_ bytes: Span<UInt8>, from position: inout Int) throws(Fault) -> ServerSentEvent? {
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\n"), endedInCR {
                endedInCR = false
                continue
            }
            endedInCR = byte == UInt8(ascii: "\r")
            guard endedInCR || byte == UInt8(ascii: "\n") else {
                guard line.count < bytesMax else { throw .tooLong }
                line.append(byte)
                continue
            }
            if let event = try endLine() { return event }
        }
        return nil
    }

    private mutating func endLine() throws(Fault) -> ServerSentEvent? {
        defer { line.removeAll(keepingCapacity: true) }
        if isFirstLine {
            isFirstLine = false
            if line.starts(with: [0xef, 0xbb, 0xbf]) { line.removeFirst(3) }
        }
        if line.isEmpty { return dispatch() }
        let colon = line.firstIndex(of: UInt8(ascii: ":"))
        let name = line[..<(colon ?? line.endIndex)]
        var value = line[(colon.map { $0 + 1 } ?? line.endIndex)...]
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        try field(String(decoding: name, as: UTF8.self), value)
        return nil
    }

    private mutating func field(_ name: String, _ value: ArraySlice<UInt8>) throws(Fault) {
        switch name {
        case "data":
            guard data.count + value.count < bytesMax else { throw .tooLong }
            if hasData { data.append(UInt8(ascii: "\n")) }
            data += value
            hasData = true
        case "event": event = String(decoding: value, as: UTF8.self)
        case "id" where !value.contains(0): lastID = String(decoding: value, as: UTF8.self)
        case "retry":
            let digits = value.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
            if digits, let number = Int64(String(decoding: value, as: UTF8.self)) { retry = .milliseconds(number) }
        default: break
        }
    }

    private mutating func dispatch() -> ServerSentEvent? {
        defer {
            data.removeAll()
            (hasData, event) = (false, "")
        }
        guard hasData else { return nil }
        return ServerSentEvent(
            id: lastID, event: event.isEmpty ? "message" : event, data: String(decoding: data, as: UTF8.self))
    }
}
