import Wire

/// A schema, as people read it.
struct DocsSchema {
    private let schema: JSONValue

    init(_ schema: JSONValue) { self.schema = schema }

    private static let prefix = "#/components/schemas/"
    /// Deeper nobody reads.
    private static let depthMax = 5

    /// In one line, safe as HTML.
    var word: String {
        if let reference = schema["$ref"]?.text, reference.hasPrefix(Self.prefix) {
            let name = String(reference.dropFirst(Self.prefix.count))
            return "<a href=\"#\(HTMLText.anchor("shape", name))\">\(HTMLText.escape(name))</a>"
        }
        if case .array(let choices)? = schema["enum"] {
            return choices.map { HTMLText.escape($0.text ?? String(decoding: $0.bytes(), as: UTF8.self)) }
                .joined(separator: " | ")
        }
        for name in ["oneOf", "anyOf"] {
            if case .array(let choices)? = schema[name] {
                return choices.map { DocsSchema($0).word }.joined(separator: " | ")
            }
        }
        let type: String
        switch schema["type"] {
        case .string(let text): type = text
        case .array(let all): type = all.compactMap(\.text).joined(separator: " | ")
        default: type = "anything"
        }
        if type.hasPrefix("array"), let items = schema["items"] { return "list of \(DocsSchema(items).word)" }
        let limits = ["format", "minimum", "maximum", "minLength", "maxLength"].compactMap { name in
            schema[name].map { "\(name) \($0.text ?? String(decoding: $0.bytes(), as: UTF8.self))" }
        }
        return HTMLText.escape(limits.isEmpty ? type : "\(type) (\(limits.joined(separator: ", ")))")
    }

    func write(to page: inout HTMLText, depth: Int = 0) {
        let inner = schema["properties"] ?? schema["items"]?["properties"]
        guard case .object(let properties)? = inner, depth < Self.depthMax else {
            page.add("<p>\(word)</p>")
            return
        }
        var needed: Set<String> = []
        if case .array(let names)? = schema["required"] ?? schema["items"]?["required"] {
            needed = Set(names.compactMap(\.text))
        }
        if schema["items"] != nil { page.add("<p>A list of</p>") }
        page.add("<table>")
        for member in properties.members {
            let mark = needed.contains(member.name) ? "" : " <span class=\"faint\">optional</span>"
            page.add("<tr><td><code>\(HTMLText.escape(member.name))</code>\(mark)</td><td>")
            let nested = member.value["properties"] ?? member.value["items"]?["properties"]
            if nested == nil {
                page.add(DocsSchema(member.value).word)
            } else {
                DocsSchema(member.value).write(to: &page, depth: depth + 1)
            }
            if let words = member.value["description"]?.text {
                page.add(" <span class=\"faint\">\(HTMLText.escape(words))</span>")
            }
            page.add("</td></tr>")
        }
        page.add("</table>")
    }

    /// JSON over several lines.
    static func indented(_ value: JSONValue, _ margin: String = "") -> String {
        let inner = margin + "  "
        switch value {
        case .object(let object) where !object.members.isEmpty:
            let lines = object.members.map { member in
                "\(inner)\(String(decoding: JSONValue.string(member.name).bytes(), as: UTF8.self)): \(indented(member.value, inner))"
            }
            return "{\n\(lines.joined(separator: ",\n"))\n\(margin)}"
        case .array(let list) where !list.isEmpty:
            return "[\n\(list.map { inner + indented($0, inner) }.joined(separator: ",\n"))\n\(margin)]"
        default: return String(decoding: value.bytes(), as: UTF8.self)
        }
    }
}
