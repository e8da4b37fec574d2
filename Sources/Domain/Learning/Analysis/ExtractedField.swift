/// One thing that is to be found in a call: a property of the agent's JSON Schema.
package struct ExtractedField: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable { case string, integer, number, boolean }
    package enum Format: String, Hashable, Sendable, CaseIterable { case email, digits }

    package let name: String
    package let kind: Kind
    package let format: Format?
    /// Nothing else is good, if there are any.
    package let choices: [String]
    package let minimum: Double?
    package let maximum: Double?
    package let lengthMin: Int
    package let lengthMax: Int

    package init(
        _ name: String, _ kind: Kind, format: Format? = nil, choices: [String] = [], minimum: Double? = nil,
        maximum: Double? = nil, lengthMin: Int = 0, lengthMax: Int = .max
    ) {
        (self.name, self.kind, self.format, self.choices) = (name, kind, format, choices)
        (self.minimum, self.maximum) = (minimum, maximum)
        (self.lengthMin, self.lengthMax) = (lengthMin, lengthMax)
    }

    /// `order_number` is asked for by `order` and `number`.
    package var words: [String] { SpokenWords.of(name) }

    /// The value as the schema has it; nil if it isn't one.
    package func taken(_ value: Freeform) -> Freeform? {
        switch (kind, value) {
        case (.boolean, .bool): return value
        case (.integer, .integer(let number)): return isIn(Double(number)) ? value : nil
        case (.number, .integer(let number)): return isIn(Double(number)) ? value : nil
        case (.number, .fractional(let number)): return isIn(number) ? value : nil
        case (.string, .string(let text)): return isGood(text) ? value : nil
        // Tools take numbers for numbers of orders, and the other way round.
        case (.string, .integer(let number)): return isGood("\(number)") ? .string("\(number)") : nil
        case (.integer, .string(let text)):
            guard let number = Int64(text), isIn(Double(number)) else { return nil }
            return .integer(number)
        default: return nil
        }
    }

    private func isIn(_ number: Double) -> Bool {
        (minimum.map { number >= $0 } ?? true) && (maximum.map { number <= $0 } ?? true)
    }

    private func isGood(_ text: String) -> Bool {
        let length = text.unicodeScalars.count
        guard length >= lengthMin, length <= lengthMax else { return false }
        guard choices.isEmpty || choices.contains(text) else { return false }
        switch format {
        case .digits: return !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) }
        case .email: return text.contains("@")
        case nil: return true
        }
    }
}
