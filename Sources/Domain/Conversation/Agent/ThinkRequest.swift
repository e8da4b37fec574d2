/// What a model is asked. The shell adds the agent's instructions, which the machine does not know.
package struct ThinkRequest: Hashable, Sendable {
    package var reply: ReplyID
    /// None for what we say unasked.
    package var turn: TurnID?
    package var model: ModelName
    package var messages: [Message]
    /// What is known of the customer, and of calls like this.
    package var context: Private<String>?
    package var tone: Tone
    /// The caller may go on: then it is cancelled, and leaves nothing.
    package var isSpeculative: Bool
}

package struct ModelName: Hashable, Sendable {
    package var provider: String
    package var model: String

    package init(provider: String, model: String) {
        self.provider = provider
        self.model = model
    }
}

/// How to speak, after how the caller seemed to feel.
package enum Tone: String, Hashable, Sendable, CaseIterable {
    case plain
    case warm
    /// For somebody who is frustrated: short, calm, no jokes.
    case calming

    init(_ sentiment: Sentiment) {
        switch sentiment {
        case .positive: self = .warm
        case .neutral: self = .plain
        case .negative, .frustrated: self = .calming
        }
    }
}
