/// What a model is asked.
package struct ThinkerRequest: Hashable, Sendable {
    package enum ToolChoice: Hashable, Sendable {
        case free
        case none
        case some
        case named(String)
    }

    package var messages: [ThinkerMessage]
    package var tools: [ThinkerTool]
    package var choice: ToolChoice
    package var temperature: Double?
    package var answerTokensMax: Int?

    package init(
        messages: [ThinkerMessage], tools: [ThinkerTool] = [], choice: ToolChoice = .free, temperature: Double? = nil,
        answerTokensMax: Int? = nil
    ) {
        (self.messages, self.tools, self.choice) = (messages, tools, choice)
        (self.temperature, self.answerTokensMax) = (temperature, answerTokensMax)
    }
}

/// One entry of what was said so far.
package enum ThinkerMessage: Hashable, Sendable {
    /// How to behave.
    case instruction(String)
    case caller(Private<String>)
    /// What we said, and which tools we wanted used.
    case agent(Private<String>, tools: [ThinkerToolUse])
    case toolResult(id: String, Private<String>)
}

/// A tool the model may ask for.
package struct ThinkerTool: Hashable, Sendable {
    package var name: String
    package var description: String
    /// A JSON schema.
    package var parameters: Freeform

    package init(name: String, description: String, parameters: Freeform) {
        (self.name, self.description, self.parameters) = (name, description, parameters)
    }
}
