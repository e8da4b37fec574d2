import Domain
import Testing

@testable import Realtime

/// What of the caller can be heard again, and where it stands in the call.
struct CallerTapeTests {
    /// A millisecond is eight bytes; each millisecond has a byte of its own.
    private static func sound(_ range: Range<Int>) -> [UInt8] {
        range.flatMap { [UInt8](repeating: UInt8(truncatingIfNeeded: $0), count: 8) }
    }

    @Test func `places count from the first sound`() {
        var tape = CallerTape(.telephone)
        #expect(tape.end == 0 && tape.sound(from: 0).audio.isEmpty)
        tape.append(Self.sound(0..<20).span)
        tape.append(Self.sound(20..<50).span)
        #expect(tape.end == 50)
        let (audio, place) = tape.sound(from: 45)
        #expect(Array(audio) == Self.sound(45..<50) && place == 45)
    }

    @Test func `what is to come is nothing yet, and begins at the end`() {
        var tape = CallerTape(.telephone)
        tape.append(Self.sound(0..<30).span)
        let (audio, place) = tape.sound(from: 90)
        #expect(audio.isEmpty && place == 30)
    }

    @Test func `the oldest is forgotten, the latest seconds never`() {
        var tape = CallerTape(.telephone)
        let length = Int(CallerTape.lengthMax.count)
        for frame in 0..<(2 * length / 20) { tape.append(Self.sound(frame * 20..<frame * 20 + 20).span) }
        #expect(tape.end == Milliseconds(Int64(2 * length)))
        let (all, start) = tape.sound(from: 0)
        #expect(start > 0)
        #expect(all.count >= length * 8 && all.count <= length * 10)
        #expect(Array(all) == Self.sound(Int(start.count)..<2 * length))
        let (latest, place) = tape.sound(from: Milliseconds(Int64(length)))
        #expect(place == CallerTape.lengthMax && Array(latest) == Self.sound(length..<2 * length))
    }

    @Test func `sixteen bits a sample are whole samples`() {
        var tape = CallerTape(SoundFormat(.linear16, rate: 16_000))
        tape.append([UInt8](repeating: 1, count: 64).span)
        #expect(tape.end == 2 && tape.sound(from: 1).audio.count == 32)
    }
}
