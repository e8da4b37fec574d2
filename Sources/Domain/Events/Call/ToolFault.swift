/// Why a tool gave no result.
package enum ToolFault: String, Hashable, Sendable, CaseIterable {
    case timedOut = "timed_out"
    case unreachable
    case refused
    case badArguments = "bad_arguments"
    case badAnswer = "bad_answer"
    case cancelled
    case unknownTool = "unknown_tool"
}
