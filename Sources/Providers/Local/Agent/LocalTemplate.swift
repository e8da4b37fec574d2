import Wire

/// A text with places to fill: `{slot}`, `{tool.member.member}`, `{known}`, `{known.name}`, and `{…|spell}` to say it letter by
/// letter.
struct LocalTemplate {
    /// How values are put in.
    enum Manner { case spoken, written }

    /// Nil for what is not known.
    let value: (_ path: [Substring], _ manner: Manner) -> String?

    /// Nil if something in it is not known.
    func fill(_ template: String, _ manner: Manner) -> String? {
        var text = ""
        var rest = template[...]
        while let open = rest.firstIndex(of: "{") {
            guard let close = rest[open...].firstIndex(of: "}") else { break }
            text += rest[..<open]
            let inside = rest[rest.index(after: open)..<close].split(separator: "|", maxSplits: 1)
            guard let place = inside.first, let found = value(place.split(separator: "."), manner) else { return nil }
            text += inside.dropFirst().first == "spell" ? Self.spelled(found) : found
            rest = rest[rest.index(after: close)...]
        }
        return text + rest
    }

    static func spelled(_ text: String) -> String {
        text.filter { !$0.isWhitespace }.map(String.init).joined(separator: " ")
    }

    /// A member of a tool's result, however deep. Lists are asked by number.
    static func member(_ document: JSONValue, _ path: ArraySlice<Substring>) -> String? {
        guard let name = path.first else { return plain(document) }
        switch document {
        case .object(let object): return object[String(name)].flatMap { member($0, path.dropFirst()) }
        case .array(let values):
            guard let place = Int(name), values.indices.contains(place) else { return nil }
            return member(values[place], path.dropFirst())
        default: return nil
        }
    }

    private static func plain(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text.isEmpty ? nil : text
        case .integer(let number): String(number)
        case .double(let number): String(number)
        case .bool(let value): value ? "yes" : "no"
        case .null, .array, .object: nil
        }
    }
}
