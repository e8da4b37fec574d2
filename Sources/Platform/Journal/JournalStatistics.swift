/// What a journal has done since it was opened, and what it holds now.
package struct JournalStatistics: Sendable {
    package internal(set) var state = JournalState.healthy
    /// Records not acknowledged.
    package internal(set) var depth = 0
    /// Of all files.
    package internal(set) var bytes = 0
    package internal(set) var segments = 0
    /// Bytes of records that are not durable.
    package internal(set) var bytesInMemory = 0
    package internal(set) var recordsTaken = 0
    package internal(set) var recordsRefused = 0
    package internal(set) var recordsDurable = 0
    package internal(set) var recordsLetGo = 0
    package internal(set) var syncs = 0
    package internal(set) var syncsFailed = 0
    package internal(set) var segmentsTrimmed = 0
}
