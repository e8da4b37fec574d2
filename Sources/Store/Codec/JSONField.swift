import Wire

/// A value that can be that of a member of an object.
protocol JSONField {
    /// Whether null is one of its values, and not a way to say that there is none: a tool may return it.
    static var hasNull: Bool { get }
    /// Reads it, or says which field of which event it is not.
    static func read(_ value: JSONValue, _ name: String, of fields: Fields) throws(CodecError) -> Self
    func writeValue(to json: inout JSONWriter)
}

extension JSONField {
    static var hasNull: Bool { false }
}

extension JSONWriter {
    mutating func put<Value: JSONField>(_ name: String, _ value: Value) {
        self.name(name)
        value.writeValue(to: &self)
    }

    /// What is not known is left out: the log reads it as null either way, and every event is shorter.
    mutating func put<Value: JSONField>(_ name: String, _ value: Value?) {
        guard let value else { return }
        put(name, value)
    }
}

extension JSONField where Self: RawRepresentable, RawValue == String {
    static func read(_ value: JSONValue, _ name: String, of fields: Fields) throws(CodecError) -> Self {
        guard let text = value.text, let known = Self(rawValue: text) else { throw fields.illTyped(name) }
        return known
    }

    func writeValue(to json: inout JSONWriter) { json.string(rawValue) }
}

extension Array: JSONField where Element: JSONField {
    static func read(_ value: JSONValue, _ name: String, of fields: Fields) throws(CodecError) -> [Element] {
        guard case .array(let values) = value else { throw fields.illTyped(name) }
        var elements: [Element] = []
        elements.reserveCapacity(values.count)
        for value in values { elements.append(try Element.read(value, name, of: fields)) }
        return elements
    }

    func writeValue(to json: inout JSONWriter) {
        json.beginArray()
        for element in self { element.writeValue(to: &json) }
        json.endArray()
    }
}

extension String: JSONField {
    static func read(_ value: JSONValue, _ name: String, of fields: Fields) throws(CodecError) -> String {
        guard let text = value.text else { throw fields.illTyped(name) }
        return text
    }

    func writeValue(to json: inout JSONWriter) { json.string(storable) }

    /// `jsonb` refuses NUL. A fact is not lost for one odd character: it becomes U+FFFD, as in any text that was damaged.
    var storable: String {
        utf8.contains(0) ? String(String.UnicodeScalarView(unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 })) : self
    }
}

extension Bool: JSONField {
    static func read(_ value: JSONValue, _ name: String, of fields: Fields) throws(CodecError) -> Bool {
        guard case .bool(let flag) = value else { throw fields.illTyped(name) }
        return flag
    }

    func writeValue(to json: inout JSONWriter) { json.bool(self) }
}

extension Int64: JSONField {
    static func read(_ value: JSONValue, _ name: String, of fields: Fields) throws(CodecError) -> Int64 {
        guard let number = value.wholeNumber else { throw fields.illTyped(name) }
        return number
    }

    func writeValue(to json: inout JSONWriter) { json.integer(self) }
}

extension Int: JSONField {
    static func read(_ value: JSONValue, _ name: String, of fields: Fields) throws(CodecError) -> Int {
        Int(try Int64.read(value, name, of: fields))
    }

    func writeValue(to json: inout JSONWriter) { json.integer(Int64(self)) }
}
