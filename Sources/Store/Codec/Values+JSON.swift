import Crypto
import Domain
import Wire

extension ID: JSONField {
    static func read(_ value: JSONValue, _ name: String, of fields: Fields) throws(CodecError) -> ID {
        guard let text = value.text, let id = UUID(text) else { throw fields.illTyped(name) }
        return ID(value: id.value)
    }

    /// Written where it lies: identifiers are half of most events, and a `String` of this length is an allocation.
    func writeValue(to json: inout JSONWriter) {
        var text = InlineArray<38, UInt8>(repeating: UInt8(ascii: "\""))
        var place = 1
        for digit in 0..<32 {
            if digit == 8 || digit == 12 || digit == 16 || digit == 20 {
                text[place] = UInt8(ascii: "-")
                place += 1
            }
            text[place] = Hex.digit(UInt8(truncatingIfNeeded: value >> (124 - 4 * UInt128(digit))) & 15)
            place += 1
        }
        json.raw(text.span)
    }
}

/// 32 digits without hyphens, as in `traceparent`, so that one search finds it in the log and in the traces.
extension TraceID: JSONField {
    static func read(_ value: JSONValue, _ name: String, of fields: Fields) throws(CodecError) -> TraceID {
        guard let text = value.text, text.utf8.count == 32, text.utf8.allSatisfy({ Hex.value($0) != nil }),
            let number = UInt128(text, radix: 16)
        else { throw fields.illTyped(name) }
        return TraceID(value: number)
    }

    func writeValue(to json: inout JSONWriter) {
        let digits = String(value, radix: 16)
        json.string(String(repeating: "0", count: 32 - digits.count) + digits)
    }
}

extension Instant: JSONField {
    static func read(_ value: JSONValue, _ name: String, of fields: Fields) throws(CodecError) -> Instant {
        Instant(microseconds: try Int64.read(value, name, of: fields))
    }

    func writeValue(to json: inout JSONWriter) { json.integer(microseconds) }
}

extension Milliseconds: JSONField {
    static func read(_ value: JSONValue, _ name: String, of fields: Fields) throws(CodecError) -> Milliseconds {
        Milliseconds(try Int64.read(value, name, of: fields))
    }

    func writeValue(to json: inout JSONWriter) { json.integer(count) }
}

extension Fraction: JSONField {
    static func read(_ value: JSONValue, _ name: String, of fields: Fields) throws(CodecError) -> Fraction {
        guard let number = value.number, let fraction = Fraction(number) else { throw fields.illTyped(name) }
        return fraction
    }

    func writeValue(to json: inout JSONWriter) { json.double(value) }
}

extension Score: JSONField {
    static func read(_ value: JSONValue, _ name: String, of fields: Fields) throws(CodecError) -> Score {
        guard let number = value.number, let score = Score(number) else { throw fields.illTyped(name) }
        return score
    }

    func writeValue(to json: inout JSONWriter) { json.double(value) }
}

/// What is private is written as what it is: the log is where it belongs.
extension Private: JSONField where Value: JSONField {
    static var hasNull: Bool { Value.hasNull }

    static func read(_ value: JSONValue, _ name: String, of fields: Fields) throws(CodecError) -> Private {
        Private(try Value.read(value, name, of: fields))
    }

    func writeValue(to json: inout JSONWriter) { revealed.writeValue(to: &json) }
}
