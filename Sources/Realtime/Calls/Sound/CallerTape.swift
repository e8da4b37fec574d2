import Domain

/// The caller's latest sound, for a recognizer that begins late. Places count from the first sound of the call.
struct CallerTape {
    /// Older sound is lost.
    static let lengthMax: Milliseconds = 15_000

    private let format: SoundFormat
    private var kept: [UInt8] = []
    /// Where the first byte kept stands in all that was heard.
    private var start = 0

    init(_ format: SoundFormat) { self.format = format }

    /// Where the next sound will stand.
    var end: Milliseconds { format.duration(ofBytes: start + kept.count) }

    mutating func append(_ audio: Span<UInt8>) {
        for index in audio.indices { kept.append(audio[index]) }
        // Not with every frame, or each would move all the others.
        let most = format.bytes(in: Self.lengthMax)
        if kept.count > most + most / 4 {
            start += kept.count - most
            kept.removeFirst(kept.count - most)
        }
    }

    /// What is kept from a place on, and where that really begins.
    func sound(from place: Milliseconds) -> (audio: ArraySlice<UInt8>, at: Milliseconds) {
        let first = max(start, min(format.bytes(in: place), start + kept.count))
        return (kept[(first - start)...], format.duration(ofBytes: first))
    }
}
