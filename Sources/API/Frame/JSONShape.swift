import Domain
import HTTP
import Store
import Wire

/// How a value is written as a JSON object, and how that object is described: one declaration for both.
struct JSONShape<Value>: Sendable {
    struct Member: Sendable {
        let name: String
        let schema: Schema
        let example: JSONValue
        let write: @Sendable (Value, inout JSONWriter) -> Void
        fileprivate let written: JSONName

        init(
            name: String, schema: Schema, example: JSONValue,
            write: @escaping @Sendable (Value, inout JSONWriter) -> Void
        ) {
            self.name = name
            self.schema = schema
            self.example = example
            self.write = write
            written = JSONName(name)
        }
    }

    /// Under which the schema stands among the document's components.
    let name: String
    let members: [Member]

    init(_ name: String, _ members: [Member]) {
        self.name = name
        self.members = members
    }

    var schema: Schema { .object(members.map { .required($0.name, $0.schema) }) }
    var example: JSONValue { .object(members.map { ($0.name, $0.example) }) }
    var component: (String, Schema) { (name, schema) }
    var reference: Schema { .named(name) }

    func write(_ value: Value, to json: inout JSONWriter) {
        json.beginObject()
        for member in members {
            json.name(member.written)
            member.write(value, &json)
        }
        json.endObject()
    }
}

// MARK: - Members

extension JSONShape.Member {
    private static func of<Field>(
        _ name: String, _ schema: Schema, _ example: JSONValue, _ get: @escaping @Sendable (Value) -> Field?,
        _ put: @escaping @Sendable (Field, inout JSONWriter) -> Void
    ) -> Self {
        Self(name: name, schema: schema, example: example) { value, json in
            if let field = get(value) { put(field, &json) } else { json.null() }
        }
    }

    static func text(_ name: String, _ example: String, _ get: @escaping @Sendable (Value) -> String) -> Self {
        of(name, .string, .string(example), get) { $1.string($0) }
    }

    static func textOrNull(_ name: String, _ example: String, _ get: @escaping @Sendable (Value) -> String?) -> Self {
        of(name, Schema.string.orNull, .string(example), get) { $1.string($0) }
    }

    static func id<ID: CustomStringConvertible & SendableMetatype>(
        _ name: String, _ get: @escaping @Sendable (Value) -> ID
    ) -> Self {
        of(name, .string(format: "uuid"), .string(Examples.id), get) { $1.string($0.description) }
    }

    static func idOrNull<ID: CustomStringConvertible & SendableMetatype>(
        _ name: String, _ get: @escaping @Sendable (Value) -> ID?
    ) -> Self {
        of(name, Schema.string(format: "uuid").orNull, .string(Examples.id), get) { $1.string($0.description) }
    }

    static func word<Word: RawRepresentable<String> & CaseIterable & SendableMetatype>(
        _ name: String, _ get: @escaping @Sendable (Value) -> Word
    ) -> Self {
        let words = Word.allCases.map(\.rawValue)
        return of(name, .oneOf(words), .string(words[0]), get) { $1.string($0.rawValue) }
    }

    static func wordOrNull<Word: RawRepresentable<String> & CaseIterable & SendableMetatype>(
        _ name: String, _ get: @escaping @Sendable (Value) -> Word?
    ) -> Self {
        let words = Word.allCases.map(\.rawValue)
        return of(name, Schema.oneOf(words).orNull, .string(words[0]), get) { $1.string($0.rawValue) }
    }

    static func time(_ name: String, _ get: @escaping @Sendable (Value) -> Timestamp) -> Self {
        of(name, .string(format: "date-time"), .string(Examples.time), get) { time, json in
            json.string { $0.append(time) }
        }
    }

    static func timeOrNull(_ name: String, _ get: @escaping @Sendable (Value) -> Timestamp?) -> Self {
        of(name, Schema.string(format: "date-time").orNull, .string(Examples.time), get) { time, json in
            json.string { $0.append(time) }
        }
    }

    static func number(_ name: String, _ example: Int64, _ get: @escaping @Sendable (Value) -> Int64) -> Self {
        of(name, .integer, .integer(example), get) { $1.integer($0) }
    }

    static func numberOrNull(_ name: String, _ example: Int64, _ get: @escaping @Sendable (Value) -> Int64?) -> Self {
        of(name, Schema.integer.orNull, .integer(example), get) { $1.integer($0) }
    }

    static func fractionOrNull(
        _ name: String, _ example: Double, _ get: @escaping @Sendable (Value) -> Double?
    ) -> Self {
        of(name, Schema.number.orNull, .double(example), { get($0).flatMap { $0.isFinite ? $0 : nil } }) {
            $1.double($0)
        }
    }

    static func flag(_ name: String, _ get: @escaping @Sendable (Value) -> Bool) -> Self {
        of(name, .boolean, .bool(true), get) { $1.bool($0) }
    }

    static func flagOrNull(_ name: String, _ get: @escaping @Sendable (Value) -> Bool?) -> Self {
        of(name, Schema.boolean.orNull, .bool(true), get) { $1.bool($0) }
    }

    static func texts(_ name: String, _ example: String, _ get: @escaping @Sendable (Value) -> [String]) -> Self {
        of(name, .array(of: .string), .array([.string(example)]), get) { texts, json in
            json.beginArray()
            for text in texts { json.string(text) }
            json.endArray()
        }
    }

    static func numbers(_ name: String, _ example: Double, _ get: @escaping @Sendable (Value) -> [Double]) -> Self {
        of(name, .array(of: .number), .array([.double(example)]), get) { numbers, json in
            json.beginArray()
            for number in numbers where number.isFinite { json.double(number) }
            json.endArray()
        }
    }

    static func object<Field>(
        _ name: String, _ shape: JSONShape<Field>, _ get: @escaping @Sendable (Value) -> Field
    ) -> Self {
        of(name, shape.schema, shape.example, get) { shape.write($0, to: &$1) }
    }

    static func objectOrNull<Field>(
        _ name: String, _ shape: JSONShape<Field>, _ get: @escaping @Sendable (Value) -> Field?
    ) -> Self {
        of(name, shape.schema.orNull, shape.example, get) { shape.write($0, to: &$1) }
    }

    static func objects<Field>(
        _ name: String, _ shape: JSONShape<Field>, _ get: @escaping @Sendable (Value) -> [Field]
    ) -> Self {
        of(name, .array(of: shape.schema), .array([shape.example]), get) { fields, json in
            json.beginArray()
            for field in fields { shape.write(field, to: &json) }
            json.endArray()
        }
    }

    /// JSON of somebody else's making, which is JSON already.
    static func anything(
        _ name: String, _ example: JSONValue, _ get: @escaping @Sendable (Value) -> [UInt8]?
    ) -> Self {
        of(name, .anything, example, get) { $1.raw($0.span) }
    }

    static func document(_ name: String, _ example: JSONValue, _ get: @escaping @Sendable (Value) -> Freeform?) -> Self
    {
        of(name, .anything, example, get) { $0.writeValue(to: &$1) }
    }
}

/// What readers of the description are shown.
enum Examples {
    static let id = "0198c5a2-7a00-7000-8000-000000000001"
    static let time = "2026-08-01T12:34:56.789Z"
}
