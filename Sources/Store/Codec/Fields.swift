import Domain
import Wire

/// The members of one JSON object, read strictly by name. What it does not ask for may be there too.
struct Fields {
    let type: EventType?
    let version: Int16
    /// The field whose value this object is; nil for the payload itself.
    let outer: String?
    let object: JSONObject

    init(_ type: EventType?, version: Int16, outer: String? = nil, _ object: JSONObject) {
        self.type = type
        self.version = version
        self.outer = outer
        self.object = object
    }

    /// The value of a field that must be there. A null is as good as none, unless null is a value of its kind.
    func callAsFunction<Value: JSONField>(_ name: String) throws(CodecError) -> Value {
        guard let value: Value = try optional(name) else { throw failure(.missing(field: path(name))) }
        return value
    }

    func optional<Value: JSONField>(_ name: String) throws(CodecError) -> Value? {
        guard let value = object[name], Value.hasNull || value != .null else { return nil }
        return try Value.read(value, name, of: self)
    }

    func illTyped(_ name: String) -> CodecError { failure(.illTyped(field: path(name))) }

    /// The object in a field, to be read by its own names.
    func inner(_ value: JSONValue, _ name: String) throws(CodecError) -> Fields {
        guard case .object(let object) = value else { throw illTyped(name) }
        return Fields(type, version: version, outer: path(name), object)
    }

    private func path(_ name: String) -> String { outer.map { "\($0).\(name)" } ?? name }

    private func failure(_ problem: CodecError.Problem) -> CodecError {
        CodecError(type, version: version, problem)
    }
}
