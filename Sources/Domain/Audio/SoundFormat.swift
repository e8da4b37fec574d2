/// How samples of one channel are written as bytes.
package struct SoundFormat: Hashable, Sendable {
    package enum Encoding: Hashable, Sendable {
        case g711(G711)
        /// Two bytes a sample, the lower first.
        case linear16
    }

    package let encoding: Encoding
    /// Samples per second.
    package let rate: Int

    package init(_ encoding: Encoding, rate: Int) { (self.encoding, self.rate) = (encoding, rate) }

    /// What telephones of North America speak, and most carriers everywhere understand.
    package static let telephone = SoundFormat(.g711(.muLaw), rate: G711.sampleRate)

    package var bytesPerSecond: Int {
        switch encoding {
        case .g711: rate
        case .linear16: rate * 2
        }
    }

    package func duration(ofBytes count: Int) -> Milliseconds {
        Milliseconds(Int64(count) * 1_000 / Int64(bytesPerSecond))
    }

    /// Whole samples only.
    package func bytes(in duration: Milliseconds) -> Int {
        let samples = Int(duration.count) * rate / 1_000
        return bytesPerSecond == rate ? samples : samples * 2
    }
}
