/// A Swift value that a column's binary form can become.
package protocol PostgresDecodable {
    static func decode(_ bytes: RawSpan, of type: PostgresType) throws(PostgresMismatch) -> Self
    static func decodeNull() throws(PostgresMismatch) -> Self
}

extension PostgresDecodable {
    package static func decodeNull() throws(PostgresMismatch) -> Self { throw .unexpectedNull }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    package static func decode(_ bytes: RawSpan, of type: PostgresType) throws(PostgresMismatch) -> Wrapped? {
        try Wrapped.decode(bytes, of: type)
    }

    package static func decodeNull() throws(PostgresMismatch) -> Wrapped? { nil }
}

/// Why a column does not become the Swift value that was asked for.
package enum PostgresMismatch: Error, Hashable, Sendable {
    case unexpectedNull
    case wrongType
    /// The value does not fit, or not exactly.
    case outOfRange
    /// The bytes are not what the type's binary form looks like.
    case malformed
    case noSuchColumn
}

extension RawSpan {
    /// One big-endian number at `offset`; malformed when the bytes end before it does.
    func number<Number: FixedWidthInteger & BitwiseCopyable>(_: Number.Type, at offset: Int = 0)
        throws(PostgresMismatch) -> Number
    {
        guard offset >= 0, byteCount - offset >= MemoryLayout<Number>.size else { throw .malformed }
        return Number(bigEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: Number.self))
    }

    /// The only number there is.
    func wholeNumber<Number: FixedWidthInteger & BitwiseCopyable>(_: Number.Type) throws(PostgresMismatch) -> Number {
        guard byteCount == MemoryLayout<Number>.size else { throw .malformed }
        return try number(Number.self)
    }

    func array(from start: Int = 0) -> [UInt8] {
        unsafe withUnsafeBytes { unsafe Array($0[start...]) }
    }
}
