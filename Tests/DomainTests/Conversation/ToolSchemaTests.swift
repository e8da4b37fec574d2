import Domain
import Testing

/// What arguments are held to before a tool is asked.
struct ToolSchemaTests {
    private static func schema(_ members: [String: Freeform]) -> ToolSchema { ToolSchema(.object(members)) }

    private static func card(_ rules: [String: Freeform], required: Bool = true) -> ToolSchema {
        schema([
            "type": .string("object"), "properties": .object(["card": .object(rules)]),
            "required": .array(required ? [.string("card")] : []),
        ])
    }

    @Test func `what keeps to every rule breaks none`() {
        let schema = Self.card(["type": .string("string"), "minLength": .integer(4), "maxLength": .integer(4)])
        #expect(schema.broken(by: .object(["card": .string("4271")])) == nil)
        #expect(schema.broken(by: .object(["card": .string("4271"), "more": .null])) == nil)
        #expect(Self.schema([:]).broken(by: .object([:])) == nil)
    }

    @Test(
        arguments: [
            (["type": .string("string")], .integer(4), .type), (["type": .string("integer")], .fractional(0.5), .type),
            (["type": .string("number")], .string("4"), .type), (["type": .string("boolean")], .null, .type),
            (["type": .array([.string("string"), .string("null")])], .bool(true), .type),
            (["enum": .array([.string("a"), .integer(1)])], .string("b"), .enum),
            (["const": .integer(1)], .integer(2), .const),
            (["minLength": .integer(2)], .string("a"), .minLength),
            (["maxLength": .integer(1)], .string("ab"), .maxLength),
            (["minimum": .integer(2)], .fractional(1.5), .minimum),
            (["maximum": .fractional(2.5)], .integer(3), .maximum),
            (["minItems": .integer(1)], .array([]), .minItems), (["maxItems": .integer(0)], .array([.null]), .maxItems),
            (["items": .object(["type": .string("null")])], .array([.null, .bool(true)]), .items),
            (["required": .array([.string("x")])], .object([:]), .required),
            (["additionalProperties": .bool(false)], .object(["x": .null]), .additionalProperties),
            (
                ["additionalProperties": .object(["type": .string("null")])], .object(["x": .bool(true)]),
                .additionalProperties
            ),
            (["properties": .object(["x": .bool(false)])], .object(["x": .null]), .properties),
        ] as [([String: Freeform], Freeform, ToolSchema.Rule)])
    func `each rule is told when it is broken, at any depth`(
        rules: [String: Freeform], value: Freeform, rule: ToolSchema.Rule
    ) {
        #expect(Self.schema(rules).broken(by: value) == rule)
        #expect(Self.card(rules).broken(by: .object(["card": value])) == rule)
    }

    @Test(
        arguments: [
            (["type": .string("string")], .string("")), (["type": .string("number")], .integer(1)),
            (["type": .array([.string("string"), .string("null")])], .null), (["enum": .array([.null])], .null),
            (["minLength": .integer(1)], .string("é")), (["maximum": .integer(3)], .integer(3)),
            (["minimum": .integer(3)], .string("no number")), (["items": .bool(true)], .array([.null])),
            (["type": .string("color")], .integer(1)),
            (["pattern": .string("^a$"), "format": .string("date")], .string("b")),
            (["$ref": .string("#/a")], .integer(1)),
        ] as [([String: Freeform], Freeform)])
    func `bounds belong to what they bound, and unknown words stop nothing`(rules: [String: Freeform], value: Freeform)
    {
        #expect(Self.schema(rules).broken(by: value) == nil)
    }

    @Test func `what is wanted and missing is told, what is not wanted may be missing`() {
        #expect(Self.card([:]).broken(by: .object([:])) == .required)
        #expect(Self.card([:], required: false).broken(by: .object([:])) == nil)
        #expect(Self.card([:]).broken(by: .array([])) == .type)
    }
}
