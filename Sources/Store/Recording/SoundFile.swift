import Domain
import Journal
import Loop

/// A recording as a sound file, made of what stands in the spool.
struct SoundFile: Sendable {
    let path: String
    let head: RecordingHead
    /// Its name in storage.
    let key: String
    let soundBytes: Int
    /// Its writer was killed: what had not been written then is missing.
    let isCut: Bool
    /// Of the key that it is sealed with.
    let keyID: Int64?

    /// As it is heard.
    var byteCount: Int { WaveHeader.byteCount + soundBytes }
    /// As it lies there.
    var storedBytes: Int { keyID == nil ? byteCount : SoundSeal.byteCount(of: byteCount) }

    var fact: RecordingStored {
        RecordingStored(
            recording: head.recording, key: key, channels: WaveHeader.channels, byteCount: byteCount,
            duration: G711.duration(ofSamples: soundBytes / WaveHeader.channels))
    }

    /// Blocks. Nil where there is nothing to be made: it is being written, somebody else has it, or it is no recording. Made again, it is the
    /// same. What lies in the spool stays there until the log knows of it.
    static func make(of path: String, _ spool: RecordingSpool, _ seal: SoundSeal?) throws -> SoundFile? {
        guard let records = try RecordStream(path), let first = try records.next(), let head = RecordingHead(first)
        else { return nil }
        guard let lock = spool.lock(of: head) else { throw SealingError.notAKey }
        let key = head.key(isSealed: seal != nil)
        let file = try KeptFile(head.fileName(isSealed: seal != nil), in: "\(spool.folder)/\(head.organization)")
        var writer = SoundWriter(file, seal)
        var number: UInt32 = 0
        while let record = try records.next() {
            number += 1
            try writer.write(try lock.open(record, number))
        }
        try writer.keep()
        return SoundFile(
            path: "\(spool.folder)/\(key)", head: head, key: key, soundBytes: writer.soundBytes, isCut: records.isCut,
            keyID: seal?.id)
    }
}
