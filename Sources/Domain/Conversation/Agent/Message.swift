/// A line of what the model is told.
package enum Message: Hashable, Sendable {
    case caller(TurnID, Private<String>)
    case pressed(Private<String>)
    /// What the caller has heard of an utterance.
    case agent(UtteranceID, Private<String>, isInterrupted: Bool)
    case toolCalled(ToolCallID, key: String, name: String, Private<Freeform>)
    case toolReturned(ToolCallID, key: String, Private<Freeform>)
    case toolFailed(ToolCallID, key: String, ToolFault)
    /// Told to the model by somebody else than the caller.
    case note(Private<String>)
}
