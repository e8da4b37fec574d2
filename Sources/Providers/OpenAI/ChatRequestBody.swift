import Domain
import Wire

/// A question in OpenAI's chat protocol.
enum ChatRequestBody {
    static func bytes(_ request: ThinkerRequest, _ settings: ChatSettings) -> [UInt8] {
        var members: [(String, JSONValue)] = [
            ("model", .string(settings.model)), ("stream", .bool(true)),
            ("stream_options", .object([("include_usage", .bool(true))])),
            ("messages", .array(request.messages.map(message))),
        ]
        if let temperature = request.temperature { members.append(("temperature", .double(temperature))) }
        if let limit = request.answerTokensMax { members.append((settings.limitName.rawValue, .integer(Int64(limit)))) }
        if !request.tools.isEmpty {
            members.append(("tools", .array(request.tools.map(tool))))
            members.append(("tool_choice", choice(request.choice)))
        }
        return JSONValue.object(members).bytes()
    }

    private static func message(_ message: ThinkerMessage) -> JSONValue {
        switch message {
        case .instruction(let text): plain("system", text)
        case .caller(let text): plain("user", text.revealed)
        case .agent(let text, let tools) where tools.isEmpty: plain("assistant", text.revealed)
        case .agent(let text, let tools):
            .object([
                ("role", .string("assistant")),
                ("content", text.revealed.isEmpty ? .null : .string(text.revealed)),
                (
                    "tool_calls",
                    .array(
                        tools.map { tool in
                            .object([
                                ("id", .string(tool.id)), ("type", .string("function")),
                                (
                                    "function",
                                    .object([
                                        ("name", .string(tool.name)),
                                        ("arguments", .string(tool.arguments.revealed)),
                                    ])
                                ),
                            ])
                        })
                ),
            ])
        case .toolResult(let id, let text):
            .object([
                ("role", .string("tool")), ("tool_call_id", .string(id)), ("content", .string(text.revealed)),
            ])
        }
    }

    private static func plain(_ role: String, _ text: String) -> JSONValue {
        .object([("role", .string(role)), ("content", .string(text))])
    }

    private static func tool(_ tool: ThinkerTool) -> JSONValue {
        .object([
            ("type", .string("function")),
            (
                "function",
                .object([
                    ("name", .string(tool.name)), ("description", .string(tool.description)),
                    ("parameters", JSONValue(tool.parameters)),
                ])
            ),
        ])
    }

    private static func choice(_ choice: ThinkerRequest.ToolChoice) -> JSONValue {
        switch choice {
        case .free: .string("auto")
        case .none: .string("none")
        case .some: .string("required")
        case .named(let name):
            .object([("type", .string("function")), ("function", .object([("name", .string(name))]))])
        }
    }
}

extension JSONValue {
    /// The same document; members in the order of their names, so that equal questions are equal bytes.
    init(_ document: Freeform) {
        switch document {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .integer(let value): self = .integer(value)
        case .fractional(let value): self = .double(value)
        case .string(let text): self = .string(text)
        case .array(let values): self = .array(values.map(JSONValue.init))
        case .object(let members):
            self = .object(members.sorted { $0.key < $1.key }.map { ($0.key, JSONValue($0.value)) })
        }
    }
}
