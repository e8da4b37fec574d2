import Testing

@testable import Domain

/// The sound that bridges a long wait.
struct HoldSoundTests {
    private func samples(_ law: G711) -> [Int] {
        HoldSound.piece(from: 0, HoldSound.period, law).map { Int(law.decode($0)) }
    }

    @Test(arguments: [G711.muLaw, .aLaw])
    func `it is quiet, never clicks, and is silent between its rounds`(
        _ law: G711
    ) {
        let samples = samples(law)
        #expect(samples.count == Int(HoldSound.period.count) * 8)
        let loudest = samples.map(abs).max() ?? 0
        #expect(loudest > 200 && loudest <= Int(HoldSound.peak))
        for (one, next) in zip(samples, samples.dropFirst() + [samples[0]]) { #expect(abs(one - next) < 400) }
        // The law's smallest steps are all that is left.
        #expect(samples.suffix(1_600).allSatisfy { abs($0) <= 24 })
    }

    @Test func `pieces make the whole, round after round`() {
        let whole = HoldSound.piece(from: 0, HoldSound.period, .muLaw)
        let pieces = stride(from: Int64(0), to: 2 * HoldSound.period.count, by: 100).flatMap {
            HoldSound.piece(from: Milliseconds($0), 100, .muLaw)
        }
        #expect(pieces == whole + whole)
        #expect(HoldSound.piece(from: HoldSound.period + 40, 20, .muLaw) == Array(whole[320..<480]))
    }
}
