import HTTP
import Store
import Wire

/// Something that the agent may do besides talking.
struct ToolInput: BodyInput {
    enum Kind: String, CaseIterable, Sendable { case http, builtin }
    enum Mode: String, CaseIterable, Sendable { case sync, background }

    static let timeoutUsual = 5_000

    static let example = JSONValue.object([
        ("name", .string("find_slot")), ("description", .string("Finds a free appointment.")),
        ("kind", .string(Kind.http.rawValue)), ("url", .string("https://example.org/slots")),
        (
            "parameters",
            .object([
                ("type", .string("object")),
                ("properties", .object([("day", .object([("type", .string("string"))]))])),
                ("required", .array([.string("day")])),
            ])
        ),
    ])

    let name: String
    /// Whether we go there is for the settings to say.
    let url: String?

    init(_ body: inout BodyReader) {
        name =
            body.textOrNil(
                "name", in: AgentLimits.toolName, isRequired: true,
                "small letters, digits and underscores, a letter first", matching: "[a-z][a-z0-9_]*",
                where: Self.isName) ?? ""
        body.text("description", in: AgentLimits.toolDescription)
        let kind = body.word("kind", else: Kind.builtin)
        url = body.textOrNil(
            "url", in: AgentLimits.url, "an address that begins with https://", matching: "https?://[!-~]*"
        ) {
            $0.utf8.allSatisfy { (0x21...0x7e).contains($0) }
        }
        switch kind {
        case .http: if url == nil, !body.gives("url") { body.fault("url", "is missing, and tools over HTTP need it") }
        case .builtin: if url != nil { body.fault("url", "is for tools over HTTP") }
        }
        body.word("mode", else: Mode.sync)
        _ = body.number("timeout_ms", in: AgentLimits.toolTimeout, else: Self.timeoutUsual)
        body.textOrNil("filler", in: AgentLimits.filler)
        Self.parameters(&body)
    }

    private static let noParameters = JSONValue.object([
        ("type", .string("object")), ("properties", .object(JSONObject())),
    ])

    /// A JSON Schema of an object: what models are shown, so that they know what to send.
    private static func parameters(_ body: inout BodyReader) {
        guard let schema = body.documentOrNil("parameters", bytesMax: AgentLimits.parametersBytesMax) else {
            if !body.gives("parameters") { body.settle("parameters", noParameters) }
            return
        }
        if schema["type"]?.text != "object" { body.fault("parameters", "is a JSON Schema whose type is object") }
        var names: Set<String> = []
        if let properties = schema["properties"] {
            guard let object = properties.asObject, object.members.allSatisfy({ $0.value.asObject != nil }) else {
                body.fault("parameters", "has properties that are no object of schemas")
                return
            }
            names = Set(object.members.map(\.name))
        }
        if let required = schema["required"] {
            guard case .array(let list) = required, list.allSatisfy({ $0.text.map(names.contains) ?? false }) else {
                body.fault("parameters", "requires what is not among its properties")
                return
            }
        }
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, (97...122).contains(first) else { return false }
        return text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_") }
    }
}
