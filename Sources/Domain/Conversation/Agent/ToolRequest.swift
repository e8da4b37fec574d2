/// A model asks for a tool.
package struct ToolRequest: Hashable, Sendable {
    /// The model's own name for this use: asked for again under it, nothing is done twice.
    package var key: String
    package var name: String
    package var arguments: Private<Freeform>

    package init(key: String, name: String, arguments: Private<Freeform>) {
        self.key = key
        self.name = name
        self.arguments = arguments
    }
}

/// A tool is to be run. What it is run under is the same whenever the same use of it is tried again.
package struct ToolOrder: Hashable, Sendable {
    package var toolCall: ToolCallID
    package var name: String
    package var arguments: Private<Freeform>
    package var idempotencyKey: String
    package var deadline: Instant
}

/// How a reply came out.
package struct ReplyOutcome: Hashable, Sendable {
    package var finish: FinishReason
    package var tokensIn: Int?
    package var tokensOut: Int?
    package var tokensCached: Int?

    package init(finish: FinishReason, tokensIn: Int? = nil, tokensOut: Int? = nil, tokensCached: Int? = nil) {
        self.finish = finish
        self.tokensIn = tokensIn
        self.tokensOut = tokensOut
        self.tokensCached = tokensCached
    }
}
