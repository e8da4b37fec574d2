import Domain
import Journal
import Loop

/// Writes a sound file, sealed or as it is. How long it is, is known at its end, so its beginning is written twice. Every call blocks.
struct SoundWriter {
    private let file: KeptFile
    private let seal: SoundSeal?
    /// The first piece, which begins with the header.
    private var first: [UInt8] = []
    private var waiting = WaveHeader.bytes(soundBytes: 0)
    private var pieces = 0
    private(set) var soundBytes = 0

    init(_ file: KeptFile, _ seal: SoundSeal?) { (self.file, self.seal) = (file, seal) }

    mutating func write(_ sound: [UInt8]) throws(SystemError) {
        soundBytes += sound.count
        waiting += sound
        while waiting.count > SoundSeal.pieceBytes {
            try put(Array(waiting.prefix(SoundSeal.pieceBytes)))
            waiting.removeFirst(SoundSeal.pieceBytes)
        }
    }

    mutating func keep() throws(SystemError) {
        try put(waiting)
        first.replaceSubrange(..<WaveHeader.byteCount, with: WaveHeader.bytes(soundBytes: soundBytes))
        try file.rewrite(sealed(first, 0), at: 0)
        try file.keep()
    }

    private mutating func put(_ piece: [UInt8]) throws(SystemError) {
        if pieces == 0 { first = piece }
        try file.write(sealed(piece, pieces))
        pieces += 1
    }

    private func sealed(_ piece: [UInt8], _ number: Int) -> [UInt8] { seal?.seal(piece, number) ?? piece }
}
