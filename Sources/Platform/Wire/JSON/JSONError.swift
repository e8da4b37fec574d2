/// Why bytes were refused as JSON, and where. It never quotes what stood there.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Hashable, Sendable {
        case endedEarly = "the text ends early"
        case unexpectedByte = "unexpected byte"
        case unexpectedKind = "a value of another kind"
        case badEscape = "malformed escape"
        case loneSurrogate = "half a surrogate pair"
        case controlCharacter = "control character in a string"
        case notUTF8 = "not UTF-8"
        case badNumber = "malformed number"
        case numberOutOfRange = "number out of range"
        case tooDeep = "nested too deeply"
        case tooLong = "too long"
        case duplicateName = "a name stands twice in an object"
        case trailingBytes = "bytes behind the value"
    }

    package let code: Code
    /// The byte at which reading stopped, counted from the start of the text.
    package let offset: Int

    package init(_ code: Code, at offset: Int) {
        self.code = code
        self.offset = offset
    }

    package var description: String { "JSON refused at byte \(offset): \(code.rawValue)" }
}
