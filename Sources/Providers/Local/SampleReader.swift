import Domain

/// Sound as it comes over a line, as samples.
struct SampleReader {
    private let encoding: SoundFormat.Encoding
    /// Half a sample that the next sound completes.
    private var rest: UInt8?

    init(_ encoding: SoundFormat.Encoding) { self.encoding = encoding }

    mutating func read(_ audio: Span<UInt8>) -> [Int16] {
        var samples: [Int16] = []
        switch encoding {
        case .g711(let law):
            samples.reserveCapacity(audio.count)
            for place in audio.indices { samples.append(law.decode(audio[place])) }
        case .linear16:
            samples.reserveCapacity(audio.count / 2 + 1)
            for place in audio.indices {
                if let low = rest {
                    samples.append(Int16(bitPattern: UInt16(audio[place]) << 8 | UInt16(low)))
                    rest = nil
                } else {
                    rest = audio[place]
                }
            }
        }
        return samples
    }
}
