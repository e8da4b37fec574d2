package import Loop

/// Why a record was not taken, is not durable, or why there is no journal.
package enum JournalError: Error, Hashable, Sendable {
    /// Another process, or another journal of this one, has the folder.
    case folderTaken
    case folderUnusable(SystemError)
    /// Longer than `payloadMax`.
    case tooLong(Int)
    /// The disk has been failing until no more memory was left for it. The record was not taken.
    case full
    /// The record was taken and waits in memory: the disk fails.
    case notDurable(code: Int32)
    case closed
}

extension JournalError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .folderTaken:
            "the journal's folder is in use: give each process one of its own, or wait for the other one to end"
        case .folderUnusable(let error): "the journal's folder can't be used (\(error)): mend it or name another one"
        case .tooLong(let size): "a record of \(size) bytes is longer than the journal takes"
        case .full: "the journal's disk has failed for so long that its memory is full: free or mend the disk"
        case .notDurable(let code):
            "the record waits in memory (\(SystemError(call: "journal", code: code))): free or mend the disk"
        case .closed: "the journal is closed"
        }
    }
}
