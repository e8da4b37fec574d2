/// What a tool's arguments must be like. Of JSON Schema this holds what can be decided at once and without surprise; whatever else
/// a schema says is for the model to read, and stops nothing: `pattern`, `format`, `$ref`, `anyOf` and their like.
package struct ToolSchema: Hashable, Sendable {
    /// The words of JSON Schema that are gone by.
    package enum Rule: String, Hashable, Sendable, CaseIterable {
        case type
        case `enum`
        case const
        case required
        case properties
        case additionalProperties
        case items
        case minItems
        case maxItems
        case minLength
        case maxLength
        case minimum
        case maximum
    }

    private let schema: Freeform

    package init(_ schema: Freeform) { self.schema = schema }

    /// The first rule that the document does not keep to; nil if it keeps to all.
    package func broken(by document: Freeform) -> Rule? { Self.broken(schema, by: document) }

    private static func broken(_ schema: Freeform, by value: Freeform) -> Rule? {
        // `false` is the schema that nothing keeps to.
        if schema == .bool(false) { return .properties }
        guard case .object(let rules) = schema else { return nil }
        if let type = rules["type"], !isOf(type, value) { return .type }
        if case .array(let all)? = rules["enum"], !all.contains(value) { return .enum }
        if let only = rules["const"], only != value { return .const }
        switch value {
        case .object(let members): return broken(rules, by: members)
        case .array(let values): return broken(rules, by: values)
        case .string(let text): return outOf(rules, text.unicodeScalars.count, .minLength, .maxLength)
        case .integer(let number): return outOf(rules, Double(number), .minimum, .maximum)
        case .fractional(let number): return outOf(rules, number, .minimum, .maximum)
        case .null, .bool: return nil
        }
    }

    private static func broken(_ rules: [String: Freeform], by members: [String: Freeform]) -> Rule? {
        if case .array(let names)? = rules["required"] {
            for case .string(let name) in names where members[name] == nil { return .required }
        }
        var known: [String: Freeform] = [:]
        if case .object(let properties)? = rules["properties"] { known = properties }
        // In the order of their names, so that the same document breaks the same rule.
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            if let schema = known[name] {
                if let rule = broken(schema, by: value) { return rule }
            } else if let others = rules["additionalProperties"], broken(others, by: value) != nil {
                return .additionalProperties
            }
        }
        return nil
    }

    private static func broken(_ rules: [String: Freeform], by values: [Freeform]) -> Rule? {
        if let rule = outOf(rules, values.count, .minItems, .maxItems) { return rule }
        guard let schema = rules["items"] else { return nil }
        for value in values { if broken(schema, by: value) != nil { return .items } }
        return nil
    }

    private static func outOf(_ rules: [String: Freeform], _ count: Int, _ least: Rule, _ most: Rule) -> Rule? {
        outOf(rules, Double(count), least, most)
    }

    private static func outOf(_ rules: [String: Freeform], _ size: Double, _ least: Rule, _ most: Rule) -> Rule? {
        if let bound = number(rules[least.rawValue]), size < bound { return least }
        if let bound = number(rules[most.rawValue]), size > bound { return most }
        return nil
    }

    private static func number(_ value: Freeform?) -> Double? {
        switch value {
        case .integer(let number)?: Double(number)
        case .fractional(let number)?: number
        default: nil
        }
    }

    /// One type, or one of several. A type that nobody knows is no reason to do nothing.
    private static func isOf(_ type: Freeform, _ value: Freeform) -> Bool {
        switch type {
        case .string(let name): isOf(name, value)
        case .array(let names): names.contains { isOf($0, value) }
        default: true
        }
    }

    private static func isOf(_ name: String, _ value: Freeform) -> Bool {
        switch (name, value) {
        case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool), ("null", .null),
            ("integer", .integer), ("number", .integer), ("number", .fractional):
            true
        case ("object", _), ("array", _), ("string", _), ("boolean", _), ("null", _), ("integer", _), ("number", _):
            false
        default: true
        }
    }
}
