import Domain

/// A stretch of the caller's sound that is to be understood.
struct SphinxTake: Hashable, Sendable {
    enum Purpose: Hashable, Sendable {
        /// While they go on speaking: what is understood may still change.
        case glimpse
        case end
    }

    let number: Int
    let purpose: Purpose
    let samples: [Int16]
    let rate: Int
    /// Of its first sample, since the stream began.
    let firstSample: Int

    var startedAt: Milliseconds { Self.time(firstSample, rate) }
    var endedAt: Milliseconds { Self.time(firstSample + samples.count, rate) }

    func time(_ offset: Milliseconds) -> Milliseconds { Milliseconds(startedAt.count + offset.count) }

    private static func time(_ samples: Int, _ rate: Int) -> Milliseconds {
        Milliseconds(Int64(samples) * 1_000 / Int64(rate))
    }
}
