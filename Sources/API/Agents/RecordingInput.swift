import Store
import Wire

/// Whether the agent's calls are recorded, and for how long recordings are kept: by default no call is. Whoever records tells callers so, for
/// instance in the agent's first message.
struct RecordingInput: BodyInput {
    static let example = JSONValue.object([("enabled", .bool(true)), ("retention_days", .integer(30))])

    init(_ body: inout BodyReader) {
        body.flag("enabled", else: false)
        _ = body.number("retention_days", in: AgentLimits.retentionDays, else: RecordingHead.retentionUsual)
    }
}
