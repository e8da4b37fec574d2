/// What was found in the folder when the journal was opened.
package struct JournalRecovery: Hashable, Sendable {
    package internal(set) var records = 0
    package internal(set) var segments = 0
    /// Bytes behind the last good record of the last segment: what was being written when the process ended, and was never
    /// said to be durable.
    package internal(set) var tornBytes = 0
    /// Not empty: records are lost that were said to be durable. What stands behind them was kept.
    package internal(set) var damages: [JournalDamage] = []
}

/// A place where the disk did not keep what it had promised.
package struct JournalDamage: Hashable, Sendable {
    package let file: String
    /// Where in the file good bytes end.
    package let offset: Int
    /// The numbers of the records that are gone.
    package let missing: ClosedRange<UInt64>
    /// The errno, if the file could not be read at all.
    package let code: Int32?
}

/// A record found again.
package struct JournalRecord: Hashable, Sendable {
    package let number: UInt64
    package let payload: [UInt8]
}
