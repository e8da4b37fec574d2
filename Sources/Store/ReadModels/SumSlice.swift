/// By what the sums of calls are kept apart. Each has rows of its own, so that asking for one reads no other; by whatever else
/// somebody asks, the calls' own rows are added up.
enum SumSlice: String, Hashable, Sendable, CaseIterable {
    /// All calls of an hour (UTC).
    case hour
    /// All calls of a day (UTC), as are those below.
    case day
    case agent
    case direction
    case reason

    /// Whether it knows latencies and moods too.
    var hasTally: Bool {
        switch self {
        case .hour, .day, .agent: true
        case .direction, .reason: false
        }
    }
}
