package import Domain

/// Samples as bytes on the wire, and back. A byte that is half a sample waits for its other half.
package struct SimulatedSound: Sendable {
    package let format: SoundFormat
    private var half: UInt8?

    package init(_ format: SoundFormat) { self.format = format }

    package mutating func samples(_ bytes: [UInt8]) -> [Int16] {
        switch format.encoding {
        case .g711(let law): return bytes.map(law.decode)
        case .linear16:
            let all = (half.map { [$0] } ?? []) + bytes
            half = all.count % 2 == 1 ? all.last : nil
            return stride(from: 0, to: all.count - 1, by: 2).map {
                Int16(bitPattern: UInt16(all[$0]) | UInt16(all[$0 + 1]) << 8)
            }
        }
    }

    package func bytes(_ samples: [Int16]) -> [UInt8] {
        switch format.encoding {
        case .g711(let law): samples.map(law.encode)
        case .linear16: samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
        }
    }
}
