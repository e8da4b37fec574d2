package import Loop

/// Whether records become durable.
package enum JournalState: Hashable, Sendable {
    case healthy
    /// They wait in memory, and the disk is tried again and again. `code` is an errno: ENOSPC, EIO, EROFS, …; EDQUOT says that
    /// the journal's own `bytesMax` is reached, ETIMEDOUT that a sync does not end.
    case failing(since: Moment, code: Int32)

    package var isHealthy: Bool { self == .healthy }
}
