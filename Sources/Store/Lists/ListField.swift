import Crypto
import Postgres
import Wire

/// What a list may be filtered by: the public name, the column behind it, its kind, and the operators it has.
package struct ListField: Sendable {
    package enum Kind: Sendable {
        /// A word of a closed list.
        case word([String])
        case id
        case time
        case number
        case fraction
        case text
        /// One of the values of a column that has several, in small letters.
        case member
        /// A member of a document, whose name follows behind a dot.
        case document
        /// What was said in a call.
        case words
    }

    /// Why a filter is not taken, in words for who sent it.
    package struct Refusal: Error, Sendable {
        package let message: String
    }

    package let name: String
    package let kind: Kind
    package let operators: [ListFilter.Operator]
    private let column: StaticString

    package init(_ name: String, _ column: StaticString, _ kind: Kind) {
        self.name = name
        self.column = column
        self.kind = kind
        operators =
            switch kind {
            case .word, .id: [.eq, .ne, .in, .present]
            case .time, .number, .fraction: [.eq, .ne, .gt, .gte, .lt, .lte, .present]
            case .text: [.eq, .ne, .in, .present]
            case .member, .document, .words: [.eq]
            }
    }

    /// Whether it is what `text` names: of a document `metadata.order` is one member.
    package func isNamed(_ text: String) -> Bool {
        guard case .document = kind else { return text == name }
        return text.hasPrefix("\(name).") && ListFilter.keyLengths.contains(text.utf8.count - name.utf8.count - 1)
    }

    /// `text` is `name`, but for a member of a document.
    package func filter(
        _ operation: ListFilter.Operator, _ text: String, named fullName: String
    ) throws(Refusal) -> ListFilter {
        guard operators.contains(operation) else {
            throw Refusal(
                message: "takes \(operators.map(\.rawValue).joined(separator: ", ")), not \(operation.rawValue)")
        }
        let column = SQL(stringLiteral: column)
        if operation == .present {
            guard text == "true" || text == "false" else { throw Refusal(message: "is true or false") }
            return ListFilter(condition: text == "true" ? "\(column) IS NOT NULL" : "\(column) IS NULL")
        }
        switch kind {
        case .word(let words):
            let values = try values(text, operation) { words.contains($0) ? $0 : nil }
            return ListFilter(condition: Self.any(column, operation, values))
        case .id:
            let values = try values(text, operation) { UUID($0) }
            return ListFilter(condition: Self.any(column, operation, values))
        case .text:
            return ListFilter(condition: Self.any(column, operation, try values(text, operation, Self.storable)))
        case .member:
            guard let value = Self.storable(text.lowercased()) else { throw Refusal(message: "is \(expected)") }
            return ListFilter(condition: "\(column) @> ARRAY[\(value)]")
        case .document:
            guard let text = Self.storable(text) else { throw Refusal(message: "is \(expected)") }
            return ListFilter(condition: Self.holds(column, String(fullName.dropFirst(name.utf8.count + 1)), text))
        case .words:
            guard let text = Self.storable(text) else { throw Refusal(message: "is \(expected)") }
            return ListFilter(condition: "\(column) IN (SELECT calls_saying(\(text)))")
        case .fraction:
            guard let number = Double(text), number.isFinite else { throw Refusal(message: "is a number") }
            return ListFilter(condition: Self.compare(column, operation, "\(number)"))
        case .time:
            guard let time = Timestamp(text) else { throw Refusal(message: "is a time such as 2026-08-01T12:34:56Z") }
            return ListFilter(condition: Self.compare(column, operation, "\(time)"))
        case .number:
            guard let number = Int64(text) else { throw Refusal(message: "is a whole number") }
            return ListFilter(condition: Self.compare(column, operation, "\(number)"))
        }
    }

    private func values<Value>(
        _ text: String, _ operation: ListFilter.Operator, _ read: (String) -> Value?
    ) throws(Refusal) -> [Value] {
        let parts = operation == .in ? text.split(separator: ",").map(String.init) : [text]
        guard (1...ListFilter.valuesMax).contains(parts.count) else {
            throw Refusal(message: "takes 1 to \(ListFilter.valuesMax) values with commas in between")
        }
        var values: [Value] = []
        for part in parts {
            guard let value = read(part) else { throw Refusal(message: "is \(expected)") }
            values.append(value)
        }
        return values
    }

    /// Postgres keeps no NUL.
    private static func storable(_ text: String) -> String? {
        (1...ListFilter.textMax).contains(text.utf8.count) && !text.utf8.contains(0) ? text : nil
    }

    private var expected: String {
        switch kind {
        case .word(let words): "one of \(words.joined(separator: ", "))"
        case .id: "an id such as 0198c5a2-7a00-7000-8000-000000000001"
        case .time: "a time such as 2026-08-01T12:34:56Z"
        case .number: "a whole number"
        case .fraction: "a number"
        case .text, .member, .document, .words: "a text of 1 to \(ListFilter.textMax) bytes"
        }
    }

    /// What is not known is not equal either.
    private static func any<Value: PostgresValue>(
        _ column: SQL, _ operation: ListFilter.Operator, _ values: [Value]
    ) -> SQL {
        switch (operation, values.first) {
        case (.ne, let value?): "\(column) IS DISTINCT FROM \(value)"
        case (.eq, let value?): "\(column) = \(value)"
        default: "\(column) = ANY (\(values))"
        }
    }

    /// As text, or as the number or the truth that the text spells.
    private static func holds(_ column: SQL, _ key: String, _ text: String) -> SQL {
        func document(_ value: JSONValue) -> JSON { JSON(JSONValue.object([(key, value)]).bytes()) }
        let plain = document(.string(text))
        guard let spelt = try? JSONValue(json: Array(text.utf8)) else { return "\(column) @> \(plain)" }
        switch spelt {
        case .bool, .integer, .double: return "(\(column) @> \(plain) OR \(column) @> \(document(spelt)))"
        default: return "\(column) @> \(plain)"
        }
    }

    private static func compare(_ column: SQL, _ operation: ListFilter.Operator, _ value: SQL) -> SQL {
        switch operation {
        case .gt: "\(column) > \(value)"
        case .gte: "\(column) >= \(value)"
        case .lt: "\(column) < \(value)"
        case .lte: "\(column) <= \(value)"
        case .ne: "\(column) IS DISTINCT FROM \(value)"
        default: "\(column) = \(value)"
        }
    }
}
