import Domain
import Testing

@testable import Simulators

/// Keys as sound, there and back over the line.
struct KeyEarTests {
    @Test(arguments: [G711.muLaw, .aLaw]) func `every key is heard as what it is, wherever it begins`(law: G711) {
        let keys = "0123456789*#ABCD1100w99"
        for shift in stride(from: 0, to: 160, by: 37) {
            var ear = KeyEar()
            let sound = [UInt8](repeating: law.silence, count: shift) + KeyTones.sound(keys, law)
            ear.hear(sound.map(law.decode))
            #expect(ear.keys == keys.filter { $0 != "w" }, "\(shift)")
        }
    }

    @Test func `words are no keys, and keys no words`() {
        var keyEar = KeyEar()
        keyEar.hear(WordTones().speak("Nice to meet you, Anna. 0123456789").samples)
        #expect(keyEar.keys.isEmpty)
        var wordEar = WordEar()
        let heard = wordEar.hear(KeyTones.sound("0123456789*#ABCD", .muLaw).map(G711.muLaw.decode))
        #expect(!heard.contains { if case .word = $0 { true } else { false } })
    }

    @Test func `each key lasts as long as receivers want, and pauses are kept`() {
        #expect(KeyTones.sound("1", .muLaw).count == 1_600)
        #expect(KeyTones.sound("wW", .muLaw) == [UInt8](repeating: G711.muLaw.silence, count: 12_000))
        #expect(KeyTones.sound("x", .muLaw).isEmpty)
    }
}
