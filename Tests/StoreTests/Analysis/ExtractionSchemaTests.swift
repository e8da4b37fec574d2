import Domain
import Store
import Testing

/// What an agent's owner may ask of calls, and what is wrong with the rest.
struct ExtractionSchemaTests {
    @Test func `properties are fields by name`() {
        let read = ExtractionSchema(
            Self.schema([
                "order_number": .object([
                    "type": .string("string"), "format": .string("digits"), "minLength": .integer(4),
                    "maxLength": .integer(4),
                ]),
                "amount": .object(["type": .string("number"), "minimum": .integer(1), "maximum": .fractional(2.5)]),
            ]))
        #expect(read.faults.isEmpty)
        #expect(
            read.fields == [
                ExtractedField("amount", .number, minimum: 1, maximum: 2.5),
                ExtractedField("order_number", .string, format: .digits, lengthMin: 4, lengthMax: 4),
            ])
    }

    @Test(
        arguments: [
            (["type": .string("object")], "/type"), (["type": .string("string"), "format": .string("uri")], "/format"),
            (["type": .string("integer"), "format": .string("digits")], "/format"),
            (["type": .string("string"), "enum": .array([])], "/enum"),
            (["type": .string("string"), "enum": .array([.integer(1)])], "/enum"),
            (["type": .string("string"), "minLength": .integer(-1)], "/minLength"),
            (["type": .string("string"), "minLength": .integer(5), "maxLength": .integer(3)], "/minLength"),
            (["type": .string("number"), "minimum": .string("1")], "/minimum"),
            (["type": .string("number"), "minimum": .integer(2), "maximum": .integer(1)], "/minimum"),
            (["type": .string("string"), "pattern": .string("a+")], "/pattern"),
        ] as [([String: Freeform], String)])
    func `what is wrong is pointed at`(property: [String: Freeform], place: String) {
        let faults = ExtractionSchema(Self.schema(["field": .object(property)])).faults
        #expect(faults.map(\.pointer) == ["/properties/field" + place])
    }

    @Test func `so many fields, and no more`() {
        let property = Freeform.object(["type": .string("string")])
        func faults(_ count: Int) -> [String] {
            let named = (0..<count).map { ("field\($0)", property) }
            return ExtractionSchema(Self.schema(Dictionary(uniqueKeysWithValues: named))).faults.map(\.pointer)
        }
        #expect(faults(ExtractionSchema.fieldsMax).isEmpty)
        #expect(faults(ExtractionSchema.fieldsMax + 1) == ["/properties"])
    }

    private static func schema(_ properties: [String: Freeform]) -> Freeform {
        .object(["type": .string("object"), "properties": .object(properties)])
    }
}
