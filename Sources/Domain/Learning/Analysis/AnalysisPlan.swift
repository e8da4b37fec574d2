/// What an agent's calls are looked at for.
package struct AnalysisPlan: Hashable, Sendable {
    /// A call succeeded if all of them hold. Without any, how it went decides.
    package var criteria: [SuccessCriterion]
    /// What calls may be about, by the words that say so; without any, those of `IntentWords.usual`.
    package var intents: [IntentWords]
    package var fields: [ExtractedField]

    package init(criteria: [SuccessCriterion] = [], intents: [IntentWords] = [], fields: [ExtractedField] = []) {
        (self.criteria, self.intents, self.fields) = (criteria, intents, fields)
    }
}

/// Something that happens in a call that succeeds.
package struct SuccessCriterion: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// One of the tools gave a result.
        case toolReturned = "tool_returned"
        /// The caller said one of the phrases.
        case callerSaid = "caller_said"
        /// The caller heard one of the phrases.
        case agentSaid = "agent_said"
        /// The call ended for one of the reasons.
        case endedBy = "ended_by"
        /// Somebody took the caller over.
        case transferred
        /// One of the fields was found.
        case extracted
    }

    package let kind: Kind
    package let anyOf: [String]

    package init(_ kind: Kind, anyOf: [String] = []) { (self.kind, self.anyOf) = (kind, anyOf) }
}

/// A matter, and how people name it.
package struct IntentWords: Hashable, Sendable {
    package let name: String
    package let phrases: [String]

    package init(_ name: String, _ phrases: [String]) { (self.name, self.phrases) = (name, phrases) }

    /// For agents that name none: what people call companies for, in English.
    package static let usual: [IntentWords] = [
        IntentWords("speak_to_human", ["speak to a human", "real person", "talk to someone", "speak to someone"]),
        IntentWords("cancel", ["cancel", "call off", "cancellation"]),
        IntentWords("reschedule", ["reschedule", "move my appointment", "another day", "different time", "postpone"]),
        IntentWords("book", ["book", "make an appointment", "appointment", "reservation", "schedule"]),
        IntentWords("order_status", ["where is my order", "wheres my order", "my order", "delivery", "tracking"]),
        IntentWords("refund", ["refund", "money back", "return it"]),
        IntentWords("billing", ["invoice", "bill", "charged", "payment"]),
        IntentWords("complaint", ["complain", "complaint", "unacceptable", "disappointed"]),
        IntentWords("opening_hours", ["opening hours", "are you open", "when do you open", "when do you close"]),
    ]
}
