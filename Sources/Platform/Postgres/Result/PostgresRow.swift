/// One row of a result. Columns are decoded when asked for; what does not fit throws, and names the column.
package struct PostgresRow: Sendable {
    let rows: PostgresRows
    let index: Int

    /// The only or first column.
    package func decode<Value: PostgresDecodable>(_ type: Value.Type) throws(PostgresError) -> Value {
        try rows.decode(type, row: index, column: 0)
    }

    /// The first columns, in order: `let (id, name) = try row.decode(Int.self, String?.self)`.
    package func decode<First: PostgresDecodable, Second: PostgresDecodable, each More: PostgresDecodable>(
        _ first: First.Type, _ second: Second.Type, _ more: repeat (each More).Type
    ) throws(PostgresError) -> (First, Second, repeat each More) {
        var column = 1
        return (
            try rows.decode(first, row: index, column: 0), try rows.decode(second, row: index, column: 1),
            repeat try next((each More).self, after: &column)
        )
    }

    private func next<Value: PostgresDecodable>(_ type: Value.Type, after column: inout Int) throws(PostgresError)
        -> Value
    {
        column += 1
        return try rows.decode(type, row: index, column: column)
    }

    /// The column with that number, counted from 0: for rows that are wider than a tuple reads well.
    package func decode<Value: PostgresDecodable>(_ type: Value.Type, at column: Int) throws(PostgresError) -> Value {
        try rows.decode(type, row: index, column: column)
    }

    /// The column of that name.
    package func decode<Value: PostgresDecodable>(_ type: Value.Type, named name: String) throws(PostgresError) -> Value
    {
        guard let column = rows.column(named: name) else {
            var error = PostgresError(.mismatch(.noSuchColumn))
            error.column = name
            throw error
        }
        return try rows.decode(type, row: index, column: column)
    }
}
