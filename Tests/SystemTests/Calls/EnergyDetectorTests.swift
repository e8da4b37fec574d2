import Domain
import Testing

@testable import Realtime

/// Loudness against the floor of the line.
struct EnergyDetectorTests {
    /// 20 ms of a square wave: its power is the square of its height.
    private static func frame(_ height: Int16, _ count: Int = 160) -> [Int16] {
        (0..<count).map { $0 % 8 < 4 ? height : -height }
    }

    private static let none = Fraction(percent: 0)
    private static let sure = Fraction(percent: 100)

    @Test func `nothing is silence`() {
        var detector = EnergyDetector()
        #expect(detector.judge([Int16]().span) == .silence)
    }

    @Test func `energy is the root of the power, of full scale`() {
        var detector = EnergyDetector()
        #expect(detector.judge(Self.frame(16_384).span).energy == Fraction(percent: 50))
        #expect(detector.judge(Self.frame(0).span).energy == Self.none)
    }

    @Test func `what is quieter than anybody is nobody, however quiet the line`() {
        var detector = EnergyDetector()
        let height = Int16(EnergyDetector.powerMin.squareRoot())
        for _ in 0..<50 { #expect(detector.judge(Self.frame(height - 1).span).probability == Self.none) }
        #expect(detector.judge(Self.frame(height).span).probability == Self.sure)
    }

    @Test func `on a quiet line speech is speech at once`() {
        var detector = EnergyDetector()
        _ = detector.judge(Self.frame(3).span)
        #expect(detector.floor == EnergyDetector.floorMin)
        #expect(detector.judge(Self.frame(4_000).span).probability == Self.sure)
    }

    @Test func `a breath between words ends nothing, a pause does`() {
        var detector = EnergyDetector()
        _ = detector.judge(Self.frame(4_000).span)
        let after = (0..<4).map { _ in detector.judge(Self.frame(0).span).probability }
        #expect(after[0] == Fraction(EnergyDetector.release))
        #expect(after[2] < Fraction(percent: 35))
        #expect(zip(after, after.dropFirst()).allSatisfy { $0 > $1 })
    }

    @Test func `steady noise raises the floor up to its limit, and silence lowers it at once`() {
        var detector = EnergyDetector()
        var last = VoiceActivity.silence
        // A minute's floor rises twentyfold.
        for _ in 0..<3_000 { last = detector.judge(Self.frame(140).span) }
        #expect(last.probability == Self.none && detector.floor > EnergyDetector.floorMin * 10)
        for _ in 0..<20_000 { last = detector.judge(Self.frame(4_000).span) }
        #expect(detector.floor == EnergyDetector.floorMax)
        // Whoever is louder than the noise by 12 decibels is heard even then.
        let height = Int16((EnergyDetector.floorMax * EnergyDetector.ratioMax).squareRoot()) + 1
        #expect(detector.judge(Self.frame(height).span).probability == Self.sure)
        _ = detector.judge(Self.frame(0).span)
        #expect(detector.floor == EnergyDetector.floorMin)
    }

    @Test func `between the two ratios it is as likely as it is loud`() {
        var detector = EnergyDetector()
        // Up to a floor of 22,500: below that a quarter of the way is below the least power.
        while detector.floor < 22_500 { _ = detector.judge(Self.frame(160).span) }
        repeat { _ = detector.judge(Self.frame(150).span) } while detector.floor != 22_500
        let share = 0.5
        let ratio = EnergyDetector.ratioMin + share * (EnergyDetector.ratioMax - EnergyDetector.ratioMin)
        let height = Int16((22_500 * EnergyDetector.floorRise * ratio).squareRoot())
        let probability = detector.judge(Self.frame(height).span).probability
        #expect(probability > Fraction(percent: 49) && probability < Fraction(percent: 51))
    }
}
