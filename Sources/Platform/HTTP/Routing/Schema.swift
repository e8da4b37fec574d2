import Wire

/// The shape of a JSON value, as JSON Schema 2020-12 says it.
package struct Schema: Sendable {
    /// One member of an object.
    package struct Property: Sendable {
        let name: String
        let schema: Schema
        let isRequired: Bool

        package static func required(_ name: String, _ schema: Schema) -> Property {
            Property(name: name, schema: schema, isRequired: true)
        }

        package static func optional(_ name: String, _ schema: Schema) -> Property {
            Property(name: name, schema: schema, isRequired: false)
        }
    }

    private(set) var members: [(String, JSONValue)]

    private init(_ members: [(String, JSONValue)]) { self.members = members }

    var tree: JSONValue { .object(members) }

    package static let string = Schema([("type", .string("string"))])
    package static let integer = Schema([("type", .string("integer"))])
    package static let number = Schema([("type", .string("number"))])
    package static let boolean = Schema([("type", .string("boolean"))])
    /// Any JSON at all.
    package static let anything = Schema([])

    /// Text of a kind that has a name, such as `uuid` or `date-time`.
    package static func string(format: String) -> Schema {
        Schema([("type", .string("string")), ("format", .string(format))])
    }

    package static func oneOf(_ words: [String]) -> Schema {
        Schema([("type", .string("string")), ("enum", .array(words.map { .string($0) }))])
    }

    package static func integer(in range: ClosedRange<Int>) -> Schema {
        Schema([
            ("type", .string("integer")), ("minimum", .integer(Int64(range.lowerBound))),
            ("maximum", .integer(Int64(range.upperBound))),
        ])
    }

    package static func text(in lengths: ClosedRange<Int>) -> Schema {
        Schema([
            ("type", .string("string")), ("minLength", .integer(Int64(lengths.lowerBound))),
            ("maxLength", .integer(Int64(lengths.upperBound))),
        ])
    }

    /// Text that `pattern`, a regular expression, matches from end to end.
    package static func text(in lengths: ClosedRange<Int>, matching pattern: String) -> Schema {
        Schema(text(in: lengths).members + [("pattern", .string("^(?:\(pattern))$"))])
    }

    /// Any text but the empty one.
    package static let someText = Schema([("type", .string("string")), ("minLength", .integer(1))])

    package static func number(in range: ClosedRange<Double>) -> Schema {
        Schema([
            ("type", .string("number")), ("minimum", .double(range.lowerBound)),
            ("maximum", .double(range.upperBound)),
        ])
    }

    package static func array(of element: Schema) -> Schema {
        Schema([("type", .string("array")), ("items", element.tree)])
    }

    package static func array(of element: Schema, in counts: ClosedRange<Int>) -> Schema {
        Schema(
            array(of: element).members + [
                ("minItems", .integer(Int64(counts.lowerBound))), ("maxItems", .integer(Int64(counts.upperBound))),
            ])
    }

    /// At least one, and each once.
    package static func set(of words: [String]) -> Schema {
        Schema(array(of: oneOf(words)).members + [("minItems", .integer(1)), ("uniqueItems", .bool(true))])
    }

    package static func object(_ properties: Property...) -> Schema { object(properties) }

    package static func object(_ properties: [Property]) -> Schema {
        var members: [(String, JSONValue)] = [
            ("type", .string("object")), ("properties", .object(properties.map { ($0.name, $0.schema.tree) })),
        ]
        let required = properties.filter(\.isRequired).map { JSONValue.string($0.name) }
        if !required.isEmpty { members.append(("required", .array(required))) }
        return Schema(members)
    }

    /// A schema that stands under `name` among the document's components.
    package static func named(_ name: String) -> Schema {
        Schema([("$ref", .string("#/components/schemas/\(name)"))])
    }

    /// This, or null.
    package var orNull: Schema {
        Schema([("anyOf", .array([tree, .object([("type", .string("null"))])]))])
    }

    /// An object that has no other members: those who send one are told of what we do not know.
    package var closed: Schema { Schema(members + [("additionalProperties", .bool(false))]) }

    package func described(_ text: String) -> Schema { Schema(members + [("description", .string(text))]) }
}
