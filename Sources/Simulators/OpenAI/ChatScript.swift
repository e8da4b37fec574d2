import Wire

/// One answer as the chunks of OpenAI's protocol.
struct ChatScript {
    let model: String
    let rule: ChatRule
    /// How many characters one piece of text, or of a tool's arguments, has.
    let pieceLength: Int
    let includesUsage: Bool
    let tokensIn: Int

    private static let id = "chatcmpl-simulated"
    private static let created = JSONValue.integer(1_767_225_600)

    private var tokensOut: Int { 1 + rule.text.count / 4 + rule.tools.reduce(0) { $0 + $1.arguments.count / 4 } }
    private var finish: String { rule.tools.isEmpty ? "stop" : "tool_calls" }

    var chunks: [JSONValue] {
        var all = [delta([("role", .string("assistant")), ("content", .string(""))])]
        all += pieces(rule.text).map { delta([("content", .string($0))]) }
        for (index, tool) in rule.tools.enumerated() {
            all.append(call(index, [("name", .string(tool.name)), ("arguments", .string(""))], id: "call_\(index)"))
            all += pieces(tool.arguments).map { call(index, [("arguments", .string($0))], id: nil) }
        }
        all.append(delta([], finish: .string(finish)))
        if includesUsage { all.append(chunk(choices: [], usage: usage)) }
        return all
    }

    /// The same answer in one document, for those who do not stream.
    var whole: JSONValue {
        var message: [(String, JSONValue)] = [("role", .string("assistant")), ("content", .string(rule.text))]
        if !rule.tools.isEmpty {
            let calls = rule.tools.enumerated().map { index, tool in
                JSONValue.object([
                    ("id", .string("call_\(index)")), ("type", .string("function")),
                    (
                        "function",
                        .object([("name", .string(tool.name)), ("arguments", .string(tool.arguments))])
                    ),
                ])
            }
            message.append(("tool_calls", .array(calls)))
        }
        return .object([
            ("id", .string(Self.id)), ("object", .string("chat.completion")), ("created", Self.created),
            ("model", .string(model)),
            (
                "choices",
                .array([
                    .object([
                        ("index", .integer(0)), ("message", .object(message)), ("finish_reason", .string(finish)),
                    ])
                ])
            ),
            ("usage", usage),
        ])
    }

    private var usage: JSONValue {
        .object([
            ("prompt_tokens", .integer(Int64(tokensIn))), ("completion_tokens", .integer(Int64(tokensOut))),
            ("total_tokens", .integer(Int64(tokensIn + tokensOut))),
        ])
    }

    private func pieces(_ text: String) -> [String] {
        var rest = text[...]
        var all: [String] = []
        while !rest.isEmpty {
            all.append(String(rest.prefix(pieceLength)))
            rest = rest.dropFirst(pieceLength)
        }
        return all
    }

    private func call(_ index: Int, _ function: [(String, JSONValue)], id: String?) -> JSONValue {
        var call: [(String, JSONValue)] = [("index", .integer(Int64(index)))]
        if let id { call += [("id", .string(id)), ("type", .string("function"))] }
        call.append(("function", .object(function)))
        return delta([("tool_calls", .array([.object(call)]))])
    }

    private func delta(_ members: [(String, JSONValue)], finish: JSONValue = .null) -> JSONValue {
        chunk(choices: [
            .object([("index", .integer(0)), ("delta", .object(members)), ("finish_reason", finish)])
        ])
    }

    private func chunk(choices: [JSONValue], usage: JSONValue? = nil) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("id", .string(Self.id)), ("object", .string("chat.completion.chunk")), ("created", Self.created),
            ("model", .string(model)), ("choices", .array(choices)),
        ]
        if let usage { members.append(("usage", usage)) }
        return .object(members)
    }
}
