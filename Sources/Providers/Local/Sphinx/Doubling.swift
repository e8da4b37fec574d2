import Foundation

/// From 8,000 samples a second to 16,000, which the acoustic model wants: every sample stays, and between any two comes the one
/// that a band-limited sound would have there.
enum Doubling {
    private static let reach = 12
    /// A sinc at half steps, under a Blackman window; symmetric, so one half is enough.
    private static let taps: [Float] = {
        var taps = (0..<reach).map { place -> Double in
            let distance = Double(place) + 0.5
            let angle = Double.pi * distance
            let window = 0.42 + 0.5 * cos(angle / Double(reach)) + 0.08 * cos(2 * angle / Double(reach))
            return sin(angle) / angle * window
        }
        // A constant stays what it is.
        let sum = 2 * taps.reduce(0, +)
        for place in taps.indices { taps[place] /= sum }
        return taps.map(Float.init)
    }()

    static func double(_ samples: [Int16]) -> [Int16] {
        var out = [Int16](repeating: 0, count: samples.count * 2)
        let source = samples.span
        let weights = taps.span
        var target = out.mutableSpan
        for place in source.indices {
            target[2 * place] = source[place]
            var sum: Float = 0
            for tap in 0..<reach {
                let left = place - tap
                let right = place + 1 + tap
                if left >= 0 { sum += Float(source[left]) * weights[tap] }
                if right < source.count { sum += Float(source[right]) * weights[tap] }
            }
            target[2 * place + 1] = Int16(min(max(sum.rounded(), -32_768), 32_767))
        }
        return out
    }
}
