package import Loop

/// What an operator should hear of a journal.
package enum JournalHappening: Hashable, Sendable {
    /// Records are no longer durable. Told once; `mended` follows.
    case failing(SystemError)
    /// All that waited is durable.
    case mended(after: Duration)
    /// Acknowledged records were let go from memory to make room: they are not on the disk.
    case letGo(records: Int)
    case trimmed(segments: Int)
    /// It is tried again.
    case trimFailed(SystemError)
}
