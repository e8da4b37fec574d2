import Crypto
package import Wire

extension PostgresRow {
    /// Writes a column's value as JSON straight from the memory that it was received into. Of a type that has no form in JSON
    /// here, or of bytes that are none of its type, it writes null: `PostgresRows.checkJSON` tells beforehand.
    package func write(_ column: Int, to json: inout JSONWriter) {
        let isThere = rows.withValue(row: index, column: column) { bytes, type in
            do throws(PostgresMismatch) { try Self.write(bytes, of: type, to: &json) } catch { json.null() }
        }
        if !isThere { json.null() }
    }

    private static func write(
        _ bytes: RawSpan, of type: PostgresType, to json: inout JSONWriter
    ) throws(PostgresMismatch) {
        switch type {
        case .text, .varchar: json.string(utf8: bytes)
        case .uuid:
            let id = try UUID.decode(bytes, of: type)
            json.string { id.write(into: &$0) }
        case .timestamptz:
            let time = try Timestamp.decode(bytes, of: type)
            json.string { $0.append(time) }
        case .int8, .int4, .int2: json.integer(try Int64.decode(bytes, of: type))
        case .float8:
            let number = try Double.decode(bytes, of: type)
            if number.isFinite { json.double(number) } else { json.null() }
        case .bool: json.bool(try Bool.decode(bytes, of: type))
        case .jsonb:
            // The number 1, and then the text.
            guard bytes.byteCount > 1, try bytes.number(UInt8.self) == 1 else { throw .malformed }
            json.raw(bytes.extracting(1...))
        default: json.null()
        }
    }

    fileprivate static let inJSON: Set<PostgresType> = [
        .text, .varchar, .uuid, .timestamptz, .int8, .int4, .int2, .float8, .bool, .jsonb,
    ]
}

extension PostgresRows {
    /// Throws unless each column is of a type that `write` has a form for.
    package func checkJSON() throws(PostgresError) {
        for column in 0..<columnCount where !PostgresRow.inJSON.contains(type(of: column)) {
            var error = PostgresError(.mismatch(.wrongType))
            error.column = columnName(column)
            throw error
        }
    }
}
