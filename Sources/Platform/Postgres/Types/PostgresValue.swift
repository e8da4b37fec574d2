/// A value that goes both ways, alone or in a one-dimensional array.
package protocol PostgresValue: PostgresEncodable, PostgresDecodable {
    static var postgresArrayType: PostgresType { get }
    static func encodeArray(_ array: [Self], into bytes: inout BindBytes)
    static func decodeArray(_ bytes: RawSpan, of type: PostgresType) throws(PostgresMismatch) -> [Self]
}

extension Optional: PostgresValue where Wrapped: PostgresValue {}

extension Array: PostgresEncodable where Element: PostgresValue {
    package static var postgresType: PostgresType { Element.postgresArrayType }
    package func encode(into bytes: inout BindBytes) { Element.encodeArray(self, into: &bytes) }
}

extension Array: PostgresDecodable where Element: PostgresValue {
    package static func decode(_ bytes: RawSpan, of type: PostgresType) throws(PostgresMismatch) -> [Element] {
        try Element.decodeArray(bytes, of: type)
    }
}

/// Bytes go both ways in arrays too: `bytea[]`. Other arrays do not nest.
extension Array: PostgresValue where Element == UInt8 {}

extension PostgresValue {
    package static var postgresArrayType: PostgresType { .array(of: postgresType) }

    /// Dimensions, whether there are NULLs, element type, length, lower bound; then each element behind its length.
    package static func encodeArray(_ array: [Self], into bytes: inout BindBytes) {
        bytes.append(Int32(array.isEmpty ? 0 : 1))
        bytes.append(Int32(array.contains { $0.isPostgresNull } ? 1 : 0))
        bytes.append(postgresType.oid)
        if array.isEmpty { return }
        bytes.append(Int32(clamping: array.count))
        bytes.append(Int32(1))
        for element in array {
            if element.isPostgresNull {
                bytes.append(Int32(-1))
            } else {
                bytes.appendCounted { element.encode(into: &$0) }
            }
        }
    }

    package static func decodeArray(_ bytes: RawSpan, of type: PostgresType) throws(PostgresMismatch) -> [Self] {
        guard bytes.byteCount >= 12 else { throw .wrongType }
        let dimensions = try bytes.number(Int32.self)
        let number = try bytes.number(UInt32.self, at: 8)
        if dimensions == 0 { return [] }
        guard dimensions == 1 else { throw .wrongType }
        let count = Int(try bytes.number(Int32.self, at: 12))
        // Each element has at least a length: a count that the bytes can't hold is no array.
        guard count >= 0, count <= (bytes.byteCount - 20) / 4 else { throw .malformed }
        let element = type.hasExtensionElements ? type.element : PostgresType(oid: number)
        var array: [Self] = []
        array.reserveCapacity(count)
        var offset = 20
        for _ in 0..<count {
            let length = Int(try bytes.number(Int32.self, at: offset))
            offset += 4
            if length < 0 {
                array.append(try decodeNull())
            } else {
                guard length <= bytes.byteCount - offset else { throw .malformed }
                array.append(try decode(bytes.extracting(offset..<(offset + length)), of: element))
                offset += length
            }
        }
        return array
    }
}
