import Wire

/// How a sound file of two channels of G.711 begins (RIFF, form WAVE): what players everywhere read.
package enum WaveHeader {
    package static let type = "audio/wav"
    package static let channels = 2
    package static let byteCount = 58
    /// Mu-law, as the registry of WAVE formats numbers it.
    private static let muLaw: UInt16 = 7
    private static let rate: UInt32 = 8_000

    /// Before `soundBytes` of sound.
    package static func bytes(soundBytes: Int) -> [UInt8] {
        var header: [UInt8] = []
        func word(_ word: String) { header += word.utf8 }
        func short(_ number: UInt16) {
            for shift in [0, 8] { header.append(UInt8(truncatingIfNeeded: number >> UInt16(shift))) }
        }
        func long(_ number: UInt32) {
            for shift in [0, 8, 16, 24] { header.append(UInt8(truncatingIfNeeded: number >> UInt32(shift))) }
        }
        let sound = UInt32(clamping: soundBytes)
        word("RIFF")
        long(UInt32(byteCount - 8) + min(sound, .max - UInt32(byteCount)))
        word("WAVEfmt ")
        long(18)
        short(muLaw)
        short(UInt16(channels))
        long(rate)
        long(rate * UInt32(channels))
        // Of a frame, and of a sample.
        short(UInt16(channels))
        short(8)
        // Nothing more of this format; then how many frames there are, as formats other than linear must say.
        short(0)
        word("fact")
        long(4)
        long(sound / UInt32(channels))
        word("data")
        long(sound)
        return header
    }
}
