import Journal
import Loop

/// A recording in the spool that nobody writes any more.
struct SpooledRecording: Sendable {
    let head: RecordingHead
    let age: Duration

    /// Blocks. Nil while it is written, where somebody else has it, or where it is no recording.
    static func find(_ path: String) throws(SystemError) -> SpooledRecording? {
        guard let age = try KeptFile.age(of: path), let records = try RecordStream(path),
            let first = try records.next(), let head = RecordingHead(first)
        else { return nil }
        return SpooledRecording(head: head, age: age)
    }
}
