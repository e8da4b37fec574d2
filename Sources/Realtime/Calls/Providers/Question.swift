import Domain
import Wire

/// What a call asks of a model, in the words of whoever thinks: the agent's instructions, then what was said and done.
enum Question {
    static func make(_ request: ThinkRequest, instructions: String, tools: [ThinkerTool] = []) -> ThinkerRequest {
        var text = instructions
        if let context = request.context { text += "\n\n" + context.revealed }
        switch request.tone {
        case .plain: break
        case .warm: text += "\n\nThe caller is in a good mood: answer warmly."
        case .calming: text += "\n\nThe caller is upset: answer briefly and calmly, without jokes."
        }
        return ThinkerRequest(
            messages: [.instruction(text)] + request.messages.map(message),
            tools: [endCall, transferCall, sendKeys, remember, lookUpCustomer] + tools)
    }

    private static func message(_ message: Message) -> ThinkerMessage {
        switch message {
        case .caller(_, let text): .caller(text)
        case .pressed(let keys): .caller(Private("(pressed the keys \(keys.revealed))"))
        case .agent(_, let text, let isInterrupted):
            .agent(isInterrupted ? Private(text.revealed + " –") : text, tools: [])
        case .toolCalled(_, let key, let name, let arguments):
            .agent(
                Private(""),
                tools: [ThinkerToolUse(id: key, name: name, arguments: Private(written(arguments.revealed)))])
        case .toolReturned(_, let key, let result): .toolResult(id: key, Private(written(result.revealed)))
        case .toolFailed(_, let key, let fault):
            .toolResult(id: key, Private(written(.object(["failed": .string(fault.rawValue)]))))
        case .note(let text): .instruction(text.revealed)
        }
    }

    private static func written(_ document: Freeform) -> String {
        String(decoding: json(document).bytes(), as: UTF8.self)
    }

    static func json(_ document: Freeform) -> JSONValue {
        switch document {
        case .null: .null
        case .bool(let value): .bool(value)
        case .integer(let value): .integer(value)
        case .fractional(let value): .double(value)
        case .string(let text): .string(text)
        case .array(let values): .array(values.map(json))
        case .object(let members): .object(members.sorted { $0.key < $1.key }.map { ($0.key, json($0.value)) })
        }
    }

    // MARK: - Tools that every agent has

    private static let endCall = ThinkerTool(
        name: BuiltInTool.endCall.rawValue, description: "Ends the call after what was just said.",
        parameters: .object(["type": .string("object"), "properties": .object([:])]))

    private static let transferCall = ThinkerTool(
        name: BuiltInTool.transferCall.rawValue, description: "Hands the caller over to a human at another number.",
        parameters: parameters("target"))

    private static let sendKeys = ThinkerTool(
        name: BuiltInTool.sendKeys.rawValue, description: "Presses keys of the telephone, for a menu at the other end.",
        parameters: parameters("digits"))

    private static let remember = ThinkerTool(
        name: BuiltInTool.remember.rawValue,
        description: """
            Keeps one thing about the customer for later calls: a fact, a wish, a promise. Not what is only of use in this call.
            """,
        parameters: .object([
            "type": .string("object"),
            "properties": .object([
                "text": .object(["type": .string("string"), "description": .string("One short sentence.")]),
                "about": .object([
                    "type": .string("string"),
                    "description": .string("What it is, in a word or two: what was kept about the same is replaced."),
                ]),
                "kind": .object([
                    "type": .string("string"), "enum": .array(MemoryKind.toldByAgents.map { .string($0.rawValue) }),
                ]),
                "metadata": .object([
                    "type": .string("object"),
                    "description": .string("What belongs to it for programs, such as the number of an order."),
                ]),
            ]), "required": .array([.string("text")]),
        ]))

    private static let lookUpCustomer = ThinkerTool(
        name: BuiltInTool.lookUpCustomer.rawValue, description: "Says what is known of the customer now.",
        parameters: .object(["type": .string("object"), "properties": .object([:])]))

    private static func parameters(_ name: String) -> Freeform {
        .object([
            "type": .string("object"), "properties": .object([name: .object(["type": .string("string")])]),
            "required": .array([.string(name)]),
        ])
    }
}
