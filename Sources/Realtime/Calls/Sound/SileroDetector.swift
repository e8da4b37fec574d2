import Domain
import Providers

/// Asks the Silero network. It hears in chunks of 32 milliseconds, whatever the length of the frames: a frame that completes none
/// is as likely speech as the last chunk was, and one that completes several as the likeliest of them.
struct SileroDetector: VoiceDetector {
    private let listener: SileroListener
    private var memory = SileroMemory()
    /// Less than a chunk.
    private var waiting: [Int16] = []
    private var last = 0.0

    /// The listener serves all calls of the loop.
    init(_ listener: SileroListener) {
        self.listener = listener
        waiting.reserveCapacity(SileroNetwork.chunk)
    }

    mutating func judge(_ samples: Span<Int16>) -> VoiceActivity {
        guard !samples.isEmpty else { return .silence }
        var likeliest: Double?
        var next = 0
        while next < samples.count {
            let count = min(samples.count - next, SileroNetwork.chunk - waiting.count)
            samples.extracting(next..<next + count).withUnsafeBufferPointer { waiting.append(contentsOf: $0) }
            next += count
            guard waiting.count == SileroNetwork.chunk else { break }
            last = judgeWaiting()
            waiting.removeAll(keepingCapacity: true)
            likeliest = max(likeliest ?? 0, last)
        }
        return VoiceActivity(probability: likeliest ?? last, power: samples.power)
    }

    private mutating func judgeWaiting() -> Double {
        // A second name for it, and no copy: the memory is written meanwhile.
        let chunk = waiting
        return Double(listener.judge(chunk.span, &memory))
    }
}
