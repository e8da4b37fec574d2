import Domain
import Testing

@testable import Realtime

/// Sentences' sound, told and handed out in whole milliseconds.
struct UtteranceSoundTests {
    private static let silence: UInt8 = 0xFF

    private static func sound(_ mark: UInt8, bytes: Int) -> [UInt8] { [UInt8](repeating: mark, count: bytes) }

    private static func empty() -> UtteranceSound { UtteranceSound(.telephone, silence: silence) }

    @Test func `only whole milliseconds are told, and none twice`() {
        var sound = Self.empty()
        #expect(sound.add(Self.sound(1, bytes: 7), to: 0) == nil)
        #expect(sound.add(Self.sound(1, bytes: 10), to: 0) == 2)
        #expect(sound.add(Self.sound(1, bytes: 6), to: 0) == nil)
        #expect(sound.add(Self.sound(1, bytes: 1), to: 0) == 1)
        #expect(sound.end(0) == nil)
    }

    @Test func `what is left over at the end becomes a millisecond, padded with silence`() {
        var sound = Self.empty()
        #expect(sound.add(Self.sound(1, bytes: 19), to: 0) == 2)
        #expect(sound.end(0) == 1)
        #expect(sound.end(0) == nil && sound.end(5) == nil)
        #expect(sound.piece(from: 0, 3) == Self.sound(1, bytes: 19) + Self.sound(Self.silence, bytes: 5))
    }

    @Test func `sentences follow each other in their order, whoever came first`() {
        var sound = Self.empty()
        #expect(sound.add(Self.sound(2, bytes: 16), to: 1) == 2)
        #expect(sound.add(Self.sound(1, bytes: 24), to: 0) == 3)
        #expect(sound.piece(from: 2, 2) == Self.sound(1, bytes: 8) + Self.sound(2, bytes: 8))
    }

    @Test func `what was not told is not handed out, and beyond the end is silence`() {
        var sound = Self.empty()
        _ = sound.add(Self.sound(1, bytes: 12), to: 0)
        #expect(sound.piece(from: 0, 2) == Self.sound(1, bytes: 8) + Self.sound(Self.silence, bytes: 8))
        #expect(sound.piece(from: 9, 1) == Self.sound(Self.silence, bytes: 8))
    }

    @Test func `an utterance that is as long as any takes no more`() {
        var sound = Self.empty()
        let limit = Limit.utteranceSound
        #expect(sound.add(Self.sound(1, bytes: SoundFormat.telephone.bytes(in: limit)), to: 0) == limit)
        #expect(sound.add(Self.sound(2, bytes: 80), to: 0) == nil)
        #expect(sound.add(Self.sound(2, bytes: 80), to: 1) == nil)
    }
}
