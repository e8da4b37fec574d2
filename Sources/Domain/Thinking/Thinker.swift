/// A model that answers. Streams, and what they deliver, stay on the thread that asked for them.
package protocol Thinker: AnyObject {
    var name: String { get }

    /// Begins at once. Events come until `.finished` or `.failed`, which is the last, or until `cancel`.
    func think(_ request: ThinkerRequest, deliver: @escaping (ThinkerEvent) -> Void) -> any ThinkerStream
}

package protocol ThinkerStream: AnyObject {
    /// At once; nothing is delivered any more.
    func cancel()
}

/// What a model says.
package enum ThinkerEvent: Hashable, Sendable {
    /// A piece of the answer to be spoken; pieces join as they are.
    case text(String)
    /// A tool it wants used, whole.
    case tool(ThinkerToolUse)
    case usage(TokenUsage)
    /// Another model answers instead. None of the answer had come.
    case switched(ProviderSwitch)
    case finished(FinishReason)
    case failed(StreamFault)
}

/// A tool that the model wants used.
package struct ThinkerToolUse: Hashable, Sendable {
    /// The model's own name for this use; its result must carry it.
    package let id: String
    package let name: String
    /// JSON as the model wrote it, `{}` if it wrote nothing. It need not be JSON.
    package let arguments: Private<String>

    package init(id: String, name: String, arguments: Private<String>) {
        (self.id, self.name, self.arguments) = (id, name, arguments)
    }
}

/// What an answer took.
package struct TokenUsage: Hashable, Sendable {
    package let tokensIn: Int
    package let tokensOut: Int
    /// Of those in, how many the provider still had.
    package let tokensCached: Int

    package init(tokensIn: Int, tokensOut: Int, tokensCached: Int = 0) {
        (self.tokensIn, self.tokensOut, self.tokensCached) = (tokensIn, tokensOut, tokensCached)
    }
}
