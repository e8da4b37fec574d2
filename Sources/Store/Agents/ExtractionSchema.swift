package import Domain

/// A JSON Schema of an object with simple properties: what is to be found in an agent's calls. Whatever it holds that no rule can
/// look for is told, and not passed over.
package struct ExtractionSchema: Hashable, Sendable {
    package static let fieldsMax = 32
    package static let nameLengthMax = 64
    package static let choicesMax = 50

    package struct Fault: Hashable, Sendable {
        /// Inside the schema: `/properties/day/type`.
        package let pointer: String
        package let message: String
    }

    package private(set) var fields: [ExtractedField] = []
    package private(set) var faults: [Fault] = []

    package static let none = Freeform.object(["type": .string("object"), "properties": .object([:])])

    package init(_ document: Freeform) {
        guard case .object(let schema) = document, schema["type"] == .string("object") else {
            faults = [Fault(pointer: "", message: "is a JSON Schema whose type is object")]
            return
        }
        refuse(schema.keys, beyond: ["type", "properties", "description"], at: "")
        switch schema["properties"] {
        case .object(let properties)?:
            if properties.count > Self.fieldsMax { fault("/properties", "holds \(Self.fieldsMax) at most") }
            for (name, property) in properties.sorted(by: { $0.key < $1.key }) { read(name, property) }
        case nil: break
        default: fault("/properties", "is an object of schemas")
        }
    }

    private static let known: Set<String> = [
        "type", "format", "enum", "minimum", "maximum", "minLength", "maxLength", "description",
    ]

    private mutating func read(_ name: String, _ property: Freeform) {
        let place = "/properties/" + name.replacing("~", with: "~0").replacing("/", with: "~1")
        guard case .object(let schema) = property else { return fault(place, "is a schema") }
        if SpokenWords.of(name).isEmpty || name.count > Self.nameLengthMax {
            fault(place, "has a name of 1 to \(Self.nameLengthMax) characters with a word in it")
        }
        refuse(schema.keys, beyond: Self.known, at: place)
        var (kind, format): (ExtractedField.Kind?, ExtractedField.Format?)
        if case .string(let word)? = schema["type"] { kind = ExtractedField.Kind(rawValue: word) }
        guard let kind else { return fault(place + "/type", "is string, integer, number or boolean") }
        if let value = schema["format"] {
            if case .string(let word) = value { format = ExtractedField.Format(rawValue: word) }
            if format == nil || kind != .string { fault(place + "/format", "is email or digits, of a string") }
        }
        let choices = choices(schema["enum"], kind, at: place)
        let field = ExtractedField(
            name, kind, format: format, choices: choices, minimum: number(schema["minimum"], place + "/minimum"),
            maximum: number(schema["maximum"], place + "/maximum"),
            lengthMin: length(schema["minLength"], place + "/minLength") ?? 0,
            lengthMax: length(schema["maxLength"], place + "/maxLength") ?? .max)
        if field.lengthMin > field.lengthMax { fault(place + "/minLength", "is maxLength at most") }
        if let minimum = field.minimum, let maximum = field.maximum, minimum > maximum {
            fault(place + "/minimum", "is maximum at most")
        }
        fields.append(field)
    }

    private mutating func choices(_ value: Freeform?, _ kind: ExtractedField.Kind, at place: String) -> [String] {
        guard let value else { return [] }
        guard kind == .string, case .array(let all) = value, (1...Self.choicesMax).contains(all.count) else {
            fault(place + "/enum", "is a list of 1 to \(Self.choicesMax) texts, of a string")
            return []
        }
        let texts = all.compactMap { if case .string(let text) = $0 { text } else { nil } }
        if texts.count < all.count { fault(place + "/enum", "holds texts only") }
        return texts
    }

    private mutating func number(_ value: Freeform?, _ place: String) -> Double? {
        switch value {
        case .integer(let number)?: return Double(number)
        case .fractional(let number)?: return number
        case nil: return nil
        default:
            fault(place, "is a number")
            return nil
        }
    }

    private mutating func length(_ value: Freeform?, _ place: String) -> Int? {
        guard let value else { return nil }
        guard case .integer(let number) = value, number >= 0 else {
            fault(place, "is a whole number from 0")
            return nil
        }
        return Int(clamping: number)
    }

    private mutating func refuse(_ names: some Sequence<String>, beyond known: Set<String>, at place: String) {
        for name in names.sorted() where !known.contains(name) {
            fault("\(place)/\(name.replacing("~", with: "~0").replacing("/", with: "~1"))", "is not looked for here")
        }
    }

    private mutating func fault(_ pointer: String, _ message: String) {
        faults.append(Fault(pointer: pointer, message: message))
    }
}
