/// What a process that takes a call over has to know of what was before, as the log has it.
package struct CallSoFar: Hashable, Sendable {
    /// What the caller is still to hear.
    package enum Owed: Hashable, Sendable {
        case nothing
        /// The rest of what we were saying, from the first word that was not heard.
        case words(Private<String>)
        /// Nobody has answered what came last.
        case reply(TurnID?)
    }

    /// As the model is told: of our own words those that were heard.
    package var messages: [Message]
    package var answeredAt: Instant?
    /// Since then nobody has carried it.
    package var lostAt: Instant
    package var hasSpoken: Bool
    package var owed: Owed
    /// How often it was taken over, this time included.
    package var count: Int

    package init(
        messages: [Message], answeredAt: Instant?, lostAt: Instant, hasSpoken: Bool, owed: Owed, count: Int
    ) {
        (self.messages, self.answeredAt, self.lostAt) = (messages, answeredAt, lostAt)
        (self.hasSpoken, self.owed, self.count) = (hasSpoken, owed, count)
    }
}
