package import Domain

/// With what a conversation began: the same of it, and the same inputs, make the same call again.
package struct TraceOpening: Hashable, Sendable {
    package var settings: ConversationSettings
    package var seed: UInt64
    package var startedAt: Instant

    package init(_ settings: ConversationSettings, seed: UInt64, at instant: Instant) {
        (self.settings, self.seed, startedAt) = (settings, seed, instant)
    }

    package var call: CallID { settings.call }

    package func conversation(_ settings: ConversationSettings? = nil) -> Conversation {
        Conversation(settings ?? self.settings, seed: seed, at: startedAt)
    }

    var bytes: [UInt8] {
        var trace = TraceWriter()
        settings.write(to: &trace)
        trace.fixed(seed)
        startedAt.write(to: &trace)
        return trace.take()
    }

    init(_ bytes: ArraySlice<UInt8>) throws(TraceFault) {
        var trace = TraceReader()
        trace.take(bytes)
        settings = try ConversationSettings(from: &trace)
        seed = try trace.fixed()
        startedAt = try Instant(from: &trace)
    }
}
