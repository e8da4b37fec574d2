package import Domain
package import Wire

extension Freeform {
    /// Containers inside each other beyond this are written as null: a document that deep is noise or an attack, and must
    /// not make an event that cannot be read again.
    package static let depthMax = 32

    /// As deep as the reader of JSON allows, and no deeper.
    package init(_ value: JSONValue) {
        switch value {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .integer(let number): self = .integer(number)
        case .double(let number): self = .number(number) ?? .null
        case .string(let text): self = .string(text)
        case .array(let values): self = .array(values.map(Freeform.init))
        case .object(let object):
            self = .object(
                Dictionary(
                    object.members.map { ($0.name, Freeform($0.value)) }, uniquingKeysWith: { first, _ in first }))
        }
    }
}

extension Freeform: JSONField {
    static var hasNull: Bool { true }

    static func read(_ value: JSONValue, _ name: String, of fields: Fields) throws(CodecError) -> Freeform {
        Freeform(value)
    }

    package func writeValue(to json: inout JSONWriter) { write(to: &json, depthLeft: Self.depthMax) }

    /// Members stand in the order of their names, so that equal documents are equal bytes.
    private func write(to json: inout JSONWriter, depthLeft: Int) {
        switch self {
        case .null: json.null()
        case .bool(let flag): json.bool(flag)
        case .integer(let number): json.integer(number)
        case .fractional(let number): Self.write(number, to: &json)
        case .string(let text): json.string(text.storable)
        case .array where depthLeft == 0, .object where depthLeft == 0: json.null()
        case .array(let values):
            json.beginArray()
            for value in values { value.write(to: &json, depthLeft: depthLeft - 1) }
            json.endArray()
        case .object(let members):
            json.beginObject()
            for (name, value) in Self.storable(members).sorted(by: { $0.key < $1.key }) {
                json.name(name)
                value.write(to: &json, depthLeft: depthLeft - 1)
            }
            json.endObject()
        }
    }

    private static func write(_ number: Double, to json: inout JSONWriter) {
        if let whole = Int64(exactly: number) {
            json.integer(whole)
        } else if number.isFinite {
            json.double(number)
        } else {
            json.null()
        }
    }

    /// A name made storable may equal another one: one of them goes, rather than both standing there.
    private static func storable(_ members: [String: Freeform]) -> [String: Freeform] {
        guard members.keys.contains(where: { $0.utf8.contains(0) }) else { return members }
        return Dictionary(
            members.sorted { $0.key < $1.key }.map { ($0.key.storable, $0.value) },
            uniquingKeysWith: { first, _ in first })
    }
}
