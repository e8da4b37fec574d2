/// What became of a webhook that was believed. The raw value stands in the inbox and is a metric's label.
package enum WebhookVerdict: String, Hashable, Sendable, CaseIterable {
    /// What it says is in the log.
    case applied
    /// It was taken before; nothing changed.
    case duplicate
    /// It says nothing that the log should know.
    case acknowledged
    /// It is of a leg of which nobody has told whose it is; it goes into the log when somebody does.
    case waiting
    /// Nobody has the number that was called.
    case unknownNumber = "unknown_number"
    /// It is of a call, an account or a contact that is none of ours.
    case unknownSubject = "unknown_subject"
    /// It was signed as it should be, and we can't read it.
    case unreadable
}
