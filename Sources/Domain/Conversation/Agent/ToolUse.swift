/// One use of a tool. It outlives the reply that asked for it, and every interruption: what it did, it did.
struct ToolUse: Hashable, Sendable {
    let id: ToolCallID
    let reply: ReplyID
    let turn: TurnID?
    let request: ToolRequest
    /// The model goes on only with its result.
    let isAwaited: Bool
    let calledAt: Instant
    let deadline: Instant
    var hasReturned = false
    /// The tool's own line was said.
    var hasFilled = false
    /// Nobody waits any more; a result is still taken in.
    var isLate = false

    var isPending: Bool { !hasReturned && !isLate }
}

/// A tool that the agent may use.
package struct ToolDefinition: Hashable, Sendable {
    package enum Mode: Hashable, Sendable {
        /// The model goes on with its result.
        case awaited
        /// The model goes on at once, and is told the result when it comes.
        case background
    }

    package var name: String
    package var mode: Mode
    package var timeout: Milliseconds
    /// Said once while it is waited for, before what is said by rote.
    package var filler: String?

    package init(name: String, mode: Mode = .awaited, timeout: Milliseconds = 10_000, filler: String? = nil) {
        self.name = name
        self.mode = mode
        self.timeout = timeout
        self.filler = filler
    }
}

/// Tools that every agent has. What they do is the machine's own doing, but for looking up the customer.
package enum BuiltInTool: String, Hashable, Sendable, CaseIterable {
    /// After what is being said. No arguments.
    case endCall = "end_call"
    /// `target`, and `mode` if it is to be `attended`.
    case transferCall = "transfer_call"
    /// `digits`
    case sendKeys = "send_dtmf"
    /// `text`: one thing; and if they are known `about`, a word for what it is, and `kind`, one of a memory's.
    case remember
    /// Run by the shell like any other.
    case lookUpCustomer = "lookup_customer"
}
