/// What told whether a call came to what it was for.
package enum SuccessReason: String, Hashable, Sendable, CaseIterable {
    /// The agent's own criteria.
    case criteriaMet = "criteria_met"
    case criteriaMissed = "criteria_missed"
    case transferred
    /// The carrier, a provider or we ended it.
    case faulted
    /// A machine, or silence.
    case nobodyThere = "nobody_there"
    case toolFailed = "tool_failed"
    /// The caller's last words got no answer.
    case unanswered
    case upset
    case toolReturned = "tool_returned"
    /// The caller was content to go.
    case closed
    /// A model judged.
    case judged
}
