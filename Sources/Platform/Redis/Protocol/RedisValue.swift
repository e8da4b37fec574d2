/// A reply of Redis, copied out of the connection: whoever holds it owns it.
package enum RedisValue: Hashable, Sendable {
    case simple([UInt8])
    case bulk([UInt8])
    case integer(Int)
    /// No value: a missing key, a wait that ended empty.
    case null
    case array([RedisValue])
    /// A refusal within a reply, as a script may return. A refused command throws instead.
    case error(RedisRefusal)

    /// The bytes of a simple or bulk string.
    package var bytes: [UInt8]? {
        switch self {
        case .simple(let bytes), .bulk(let bytes): bytes
        default: nil
        }
    }

    /// The same as text; bytes that are no UTF-8 are replaced.
    package var text: String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

    /// An integer, or a string that is one.
    package var integer: Int? {
        switch self {
        case .integer(let number): number
        case .simple, .bulk: text.flatMap { Int($0) }
        default: nil
        }
    }

    package var array: [RedisValue]? {
        if case .array(let values) = self { return values }
        return nil
    }

    package var isNull: Bool { self == .null }
}
