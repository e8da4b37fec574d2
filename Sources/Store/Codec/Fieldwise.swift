import Wire

/// A value that is written as the members of an object.
protocol Fieldwise {
    init(_ fields: Fields) throws(CodecError)
    func write(to json: inout JSONWriter)
}

/// As a field of its own it is an object.
extension JSONField where Self: Fieldwise {
    static func read(_ value: JSONValue, _ name: String, of fields: Fields) throws(CodecError) -> Self {
        try Self(fields.inner(value, name))
    }

    func writeValue(to json: inout JSONWriter) {
        json.beginObject()
        write(to: &json)
        json.endObject()
    }
}
