/// A document whose shape is somebody else's: a tool's arguments, an integrator's metadata, an agent's settings.
///
/// The order of members means nothing. Make numbers with `number(_:)`: a whole one that fits is always an `integer`, so
/// that equal documents are equal here too.
package enum Freeform: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case fractional(Double)
    case string(String)
    case array([Freeform])
    case object([String: Freeform])

    /// Nothing for what no document can say: infinity, and what is not a number.
    package static func number(_ value: Double) -> Freeform? {
        if let whole = Int64(exactly: value) { return .integer(whole) }
        return value.isFinite ? .fractional(value) : nil
    }

    /// The value of a member; nil if there is none or this is no object.
    package subscript(name: String) -> Freeform? { if case .object(let members) = self { members[name] } else { nil } }
}
