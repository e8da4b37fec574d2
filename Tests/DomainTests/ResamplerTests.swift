import Domain
import Foundation
import Testing

/// What is let through, what is not, and that nothing moves.
struct ResamplerTests {
    private static let height = 12_000.0

    private static func tone(_ hertz: Double, rate: Int, count: Int) -> [Int16] {
        (0..<count).map { Int16((height * sin(2 * .pi * hertz * Double($0) / Double(rate))).rounded()) }
    }

    private static func resampled(_ sound: [Int16], _ from: Int, _ to: Int, piece: Int = 317) -> [Int16] {
        var resampler = Resampler(from: from, to: to)
        var out: [Int16] = []
        for start in stride(from: 0, to: sound.count, by: piece) {
            resampler.add(sound.span.extracting(start..<min(start + piece, sound.count)), to: &out)
        }
        resampler.finish(to: &out)
        return out
    }

    /// In decibels of the height, without the first and the last fiftieth of a second.
    private static func level(_ sound: [Int16], rate: Int) -> Double {
        let inner = sound.dropFirst(rate / 50).dropLast(rate / 50)
        let power = inner.reduce(0) { $0 + Double($1) * Double($1) } / Double(inner.count)
        return 10 * log10(max(power, 1e-9) / (height * height / 2))
    }

    @Test(arguments: [(16_000, 8_000), (8_000, 16_000), (24_000, 8_000), (22_050, 8_000), (8_000, 24_000)])
    func `speech passes as it was, at its time`(from: Int, to: Int) {
        for hertz in [200.0, 300, 1_000, 2_000, 3_000, 3_400] {
            let out = Self.resampled(Self.tone(hertz, rate: from, count: from / 2), from, to)
            #expect(abs(Self.level(out, rate: to)) < 0.1, "\(hertz) Hz")
            // Against the tone itself, sample by sample: a shift of a hundredth of a sample would show.
            let expected = Self.tone(hertz, rate: to, count: out.count)
            let inner = out.indices.dropFirst(to / 50).dropLast(to / 50)
            let error = inner.reduce(0) { max($0, abs(Double(out[$1]) - Double(expected[$1]))) }
            #expect(error < Self.height * 0.01, "\(hertz) Hz")
        }
    }

    @Test(arguments: [(16_000, 8_000), (24_000, 8_000), (22_050, 8_000)])
    func `what the lower rate has no room for is left out and does not come back elsewhere`(from: Int, to: Int) {
        for hertz in [4_300.0, 4_600, 5_000, 6_000, 7_900] {
            let out = Self.resampled(Self.tone(hertz, rate: from, count: from / 2), from, to)
            #expect(Self.level(out, rate: to) < -60, "\(hertz) Hz")
        }
    }

    @Test func `no mirror image is added above the band`() {
        let out = Self.resampled(Self.tone(1_000, rate: 8_000, count: 4_000), 8_000, 16_000)
        let inner = out.dropFirst(320).dropLast(320)
        let turn = 2 * Double.pi * 7_000 / 16_000
        let cosine = inner.enumerated().reduce(0) { $0 + Double($1.element) * cos(turn * Double($1.offset)) }
        let sine = inner.enumerated().reduce(0) { $0 + Double($1.element) * sin(turn * Double($1.offset)) }
        let height = 2 * (cosine * cosine + sine * sine).squareRoot() / Double(inner.count)
        #expect(20 * log10(height / Self.height) < -60)
    }

    @Test(arguments: [(16_000, 8_000), (22_050, 8_000), (8_000, 24_000), (8_000, 8_000)], [0, 1, 2, 159, 16_001])
    func `as much time comes out as went in`(rates: (from: Int, to: Int), count: Int) {
        let out = Self.resampled(Self.tone(500, rate: rates.from, count: count), rates.from, rates.to)
        #expect(out.count == (count * rates.to + rates.from - 1) / rates.from)
    }

    @Test func `in a minute nothing drifts`() {
        // A minute of silence, and a click in the middle of the second behind it.
        var resampler = Resampler(from: 22_050, to: 8_000)
        var (out, given): ([Int16], Int) = ([], 0)
        let quiet = [Int16](repeating: 0, count: 22_050)
        for _ in 0..<60 {
            resampler.add(quiet.span, to: &out)
            given += out.count
            out.removeAll(keepingCapacity: true)
        }
        var click = quiet
        click[11_025] = 30_000
        resampler.add(click.span, to: &out)
        resampler.finish(to: &out)
        let loudest = out.indices.max { abs(Int(out[$0])) < abs(Int(out[$1])) }
        #expect(loudest.map { given + $0 } == 60 * 8_000 + 4_000)
    }

    @Test func `pieces make no difference`() {
        let sound = Self.tone(700, rate: 16_000, count: 4_000)
        let whole = Self.resampled(sound, 16_000, 8_000, piece: 4_000)
        for piece in [1, 7, 160, 3_999] { #expect(Self.resampled(sound, 16_000, 8_000, piece: piece) == whole) }
    }

    @Test func `the loudest sound is cut and not turned over`() {
        let square = (0..<1_600).map { $0 / 8 % 2 == 0 ? Int16.max : Int16.min }
        let out = Self.resampled(square, 16_000, 8_000)
        #expect(out.max() == .max && out.min() == .min)
        #expect(zip(out, out.dropFirst()).allSatisfy { abs(Int($0) - Int($1)) < 65_000 || $0.signum() != $1.signum() })
    }
}
