import CPostgres

/// The result of one statement, read straight from the memory that libpq received it into.
///
/// Immutable, so it may travel between threads. It holds its memory until the last row of it is let go.
@safe package final class PostgresRows: @unchecked Sendable {
    // libpq promises that a finished result is never written to; that is why it may be shared.
    private let result: OpaquePointer
    private let extensions: ExtensionTypes
    package let count: Int
    package let columnCount: Int

    /// Takes over `result`, and clears it in the end.
    init(owning result: OpaquePointer, _ extensions: ExtensionTypes) {
        unsafe self.result = unsafe result
        self.extensions = extensions
        count = Int(unsafe PQntuples(result))
        columnCount = Int(unsafe PQnfields(result))
    }

    deinit { unsafe PQclear(result) }

    /// How many rows an INSERT, UPDATE, DELETE or SELECT touched; 0 for other commands.
    package var affected: Int {
        guard let digits = unsafe PQcmdTuples(result) else { return 0 }
        return unsafe Int(String(cString: digits)) ?? 0
    }

    /// What the server calls what it did: `INSERT 0 1`.
    package var commandTag: String {
        guard let tag = unsafe PQcmdStatus(result) else { return "" }
        return unsafe String(cString: tag)
    }

    package func columnName(_ column: Int) -> String {
        guard let name = unsafe PQfname(result, Int32(clamping: column)) else { return "\(column + 1)" }
        return unsafe String(cString: name)
    }

    /// The first column of that name.
    package func column(named name: String) -> Int? {
        (0..<columnCount).first { columnName($0) == name }
    }

    func type(of column: Int) -> PostgresType {
        extensions.type(of: unsafe PQftype(result, Int32(clamping: column)))
    }

    /// Lends a value's bytes as they were received. Answers false, and lends nothing, where it is NULL.
    func withValue(row: Int, column: Int, _ body: (RawSpan, PostgresType) -> Void) -> Bool {
        precondition(row < count && column < columnCount, "column \(column) of row \(row)")
        let (row, column) = (Int32(truncatingIfNeeded: row), Int32(truncatingIfNeeded: column))
        let length = unsafe PQgetlength(result, row, column)
        if length == 0, unsafe PQgetisnull(result, row, column) != 0 { return false }
        let bytes = unsafe RawSpan(_unsafeStart: PQgetvalue(result, row, column), byteCount: Int(length))
        body(bytes, type(of: Int(column)))
        return true
    }

    func decode<Value: PostgresDecodable>(_: Value.Type, row: Int, column: Int) throws(PostgresError) -> Value {
        do throws(PostgresMismatch) {
            guard row < count, column < columnCount else { throw .noSuchColumn }
            let (row, column) = (Int32(truncatingIfNeeded: row), Int32(truncatingIfNeeded: column))
            let length = unsafe PQgetlength(result, row, column)
            // Only an empty value can be NULL: one call less for the rest.
            if length == 0, unsafe PQgetisnull(result, row, column) != 0 { return try Value.decodeNull() }
            let bytes = unsafe RawSpan(_unsafeStart: PQgetvalue(result, row, column), byteCount: Int(length))
            return try Value.decode(bytes, of: extensions.type(of: unsafe PQftype(result, column)))
        } catch {
            var failure = PostgresError(.mismatch(error))
            failure.column = column < columnCount ? columnName(column) : "\(column + 1)"
            throw failure
        }
    }
}

extension PostgresRows: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { count }

    package subscript(index: Int) -> PostgresRow {
        precondition(index >= 0 && index < count, "row \(index) of \(count)")
        return PostgresRow(rows: self, index: index)
    }

    /// The only row there is; any other number of rows is an error.
    package var one: PostgresRow {
        get throws(PostgresError) {
            guard count == 1 else { throw PostgresError(.rowCount(count)) }
            return self[0]
        }
    }
}
