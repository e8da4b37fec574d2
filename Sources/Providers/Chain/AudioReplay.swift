import Domain
import Wire

/// The caller's latest audio, up to a limit, kept until what was said in it is settled: the next recognizer gets it again.
struct AudioReplay: ~Copyable {
    private var kept = ByteQueue()
    private let format: SoundFormat
    private let bytesMax: Int
    /// Where the first byte kept stands in the whole of the audio.
    private(set) var start = 0

    /// Audio beyond `longest` is forgotten, the oldest first.
    init(_ format: SoundFormat, longest: Milliseconds) {
        self.format = format
        bytesMax = format.bytes(in: longest)
    }

    /// Lends what is kept.
    func withBytes(_ body: (Span<UInt8>) -> Void) { body(kept.bytes) }

    var count: Int { kept.count }
    var startedAt: Milliseconds { format.duration(ofBytes: start) }

    mutating func append(_ audio: Span<UInt8>) {
        kept.append(audio)
        drop(kept.count - bytesMax)
    }

    /// All that was said before `time` is written down.
    mutating func settled(upTo time: Milliseconds) { drop(format.bytes(in: time) - start) }

    private mutating func drop(_ count: Int) {
        // Whole samples only, or what is left would be noise.
        let width = format.bytesPerSecond / format.rate
        let count = min(count, kept.count) / width * width
        guard count > 0 else { return }
        kept.consume(count)
        start += count
    }
}
