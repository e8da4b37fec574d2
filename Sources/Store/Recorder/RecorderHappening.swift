package import Crypto
package import Journal

/// What an operator should hear of a recorder.
package enum RecorderHappening: Sendable {
    /// What the journal held from former runs goes to the log again, or all that it holds after a failover.
    case sendingAgain(records: Int)
    case sentAgain
    /// A record can't be read: of a later release. It stays in the journal.
    case unreadable(number: UInt64)
    case journalUnreadable(any Error)
    /// The journal did not take it; it goes to the log without a net. Told once, until it does again.
    case withoutJournal(JournalError?)
    case withJournal
    /// The log said no for good: another one owns the stream, or the events are not acceptable.
    case refused(stream: UUID, events: Int, RecordRefusal)
    /// Neither the journal nor memory had room.
    case lost(stream: UUID, events: Int)
}

/// Why the log does not take an append, now or ever.
package enum RecordRefusal: Hashable, Sendable {
    /// Another writer was in its place; the stream is at this version.
    case conflict(actual: Int32)
    case refused(AppendError)
}
