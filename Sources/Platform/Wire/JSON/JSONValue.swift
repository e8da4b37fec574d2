/// A JSON document as a tree, for bodies whose shape is not known beforehand or not worth a scanner.
package enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    /// A number written as a whole one that fits.
    case integer(Int64)
    /// Any other number; never infinite, and never "not a number".
    case double(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

extension JSONValue {
    /// An object of these members, in this order. A name that repeats is a bug and traps.
    package static func object(_ members: [(String, JSONValue)]) -> JSONValue { .object(JSONObject(members)) }

    /// The value of a member; nil if there is none or this is no object.
    package subscript(name: String) -> JSONValue? {
        if case .object(let object) = self { object[name] } else { nil }
    }

    package var text: String? { if case .string(let text) = self { text } else { nil } }

    package var wholeNumber: Int64? { if case .integer(let number) = self { number } else { nil } }

    /// Any number; whole ones beyond 2⁵³ lose their last digits here.
    package var number: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }
}
