import Domain
import Journal
import Loop

/// A recording as a sound file, made of what stands in the spool.
struct SoundFile: Sendable {
    let path: String
    let head: RecordingHead
    let soundBytes: Int
    let age: Duration
    /// Its writer was killed: what had not been written then is missing.
    let isCut: Bool

    var byteCount: Int { WaveHeader.byteCount + soundBytes }

    var fact: RecordingStored {
        let frames = Int64(soundBytes / WaveHeader.channels)
        return RecordingStored(
            recording: head.recording, key: head.key, channels: WaveHeader.channels, byteCount: byteCount,
            duration: Milliseconds(frames * 1_000 / Int64(G711.sampleRate)))
    }

    /// Blocks. Nil where there is nothing to be made: it is being written, somebody else has it, or it is no recording. Made again, it is the
    /// same. What lies in the spool stays there until the log knows of it.
    static func make(of path: String, _ spool: RecordingSpool) throws -> SoundFile? {
        guard let age = try KeptFile.age(of: path), let records = try RecordStream(path) else { return nil }
        guard let first = try records.next(), let head = RecordingHead(first) else { return nil }
        guard let lock = spool.lock(of: head) else { throw SealingError.notAKey }
        let folder = "\(spool.folder)/\(head.organization)"
        let file = try KeptFile("\(head.recording).wav", in: folder)
        // How long it is, is known at the end.
        try file.write(WaveHeader.bytes(soundBytes: 0))
        var number: UInt32 = 0
        while let record = try records.next() {
            number += 1
            try file.write(try lock.open(record, number))
        }
        let soundBytes = file.length - WaveHeader.byteCount
        try file.rewrite(WaveHeader.bytes(soundBytes: soundBytes), at: 0)
        try file.keep()
        return SoundFile(
            path: "\(folder)/\(head.recording).wav", head: head, soundBytes: soundBytes, age: age,
            isCut: records.isCut)
    }
}
