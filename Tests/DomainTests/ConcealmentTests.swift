import Testing

@testable import Domain

/// Sound in the place of sound that was lost.
struct ConcealmentTests {
    private let last = (0..<160).map { G711.muLaw.encode(Int16(8_000 - 100 * $0)) }

    private func levels(_ sound: [UInt8]) -> [Int] { sound.map { abs(Int(G711.muLaw.decode($0))) } }

    @Test(arguments: [G711.muLaw, .aLaw]) func `it is as long as what is missing, whatever that is`(_ law: G711) {
        for length: Milliseconds in [0, 1, 20, 60, 61, 1_000] {
            let sound = Concealment.sound(length, after: last[...], law)
            #expect(sound.count == Int(length.count) * 8)
        }
        #expect(Concealment.sound(-5, after: last[...], law).isEmpty)
        #expect(Concealment.sound(40, after: [], law) == [UInt8](repeating: law.silence, count: 320))
    }

    @Test func `it goes on from the last sample without a click, fades, and is silent in the end`() {
        let sound = Concealment.sound(100, after: last[...], .muLaw)
        #expect(sound[0] == last[159])
        let samples = sound.map { Int(G711.muLaw.decode($0)) }
        // As steep as what is repeated, and the steps of the law on top.
        for (one, next) in zip(samples, samples.dropFirst()) { #expect(abs(one - next) <= 600) }
        let loudest = levels(sound)
        let first = loudest.prefix(160).max() ?? 0
        let third = loudest[320..<480].max() ?? 0
        #expect(first > 4_000 && third < first / 2)
        #expect(sound[480...].allSatisfy { $0 == G711.muLaw.silence })
    }
}
