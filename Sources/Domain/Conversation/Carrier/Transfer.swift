/// A hand-over to somebody else, watched until the human leg's end: a transfer that dies after we have left is still ours.
struct Transfer: Hashable, Sendable {
    enum Phase: Hashable {
        /// Ordered; it rings there. → bridged, or over
        case started
        /// They talk without us. → over
        case bridged
    }

    let id: TransferID
    let target: Private<String>
    let mode: TransferMode
    let startedAt: Instant
    var phase = Phase.started
    /// The tool that asked for it, and waits.
    var tool: ToolCallID?
}
