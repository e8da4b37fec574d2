/// Why a model stopped.
package enum FinishReason: String, Hashable, Sendable, CaseIterable {
    case stop
    case length
    case toolCalls = "tool_calls"
    case filtered
    case cancelled
    case failed
}
