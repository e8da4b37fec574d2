import Domain
import Testing
import Wire

@testable import Providers

/// What a browser says on its socket, and its sound on its way into a call and back.
struct WebMediaTests {
    private static func frame(_ text: String) throws(MediaFault) -> WebMediaFrame {
        let bytes = Array(text.utf8)
        return try WebMediaFrame(bytes.span)
    }

    @Test func `frames are what docs say they are`() throws {
        #expect(try Self.frame(#"{"event":"start","sample_rate":16000}"#) == .started(sampleRate: 16_000))
        #expect(try Self.frame(#"{"sample_rate":24000,"event":"start","more":[1]}"#) == .started(sampleRate: 24_000))
        #expect(try Self.frame(#"{"event":"mark","name":"7"}"#) == .mark(name: "7"))
        #expect(
            try Self.frame(##"{"event":"dtmf","digit":"#"}"##)
                == .digit(MediaDigit(key: "#", sequence: nil, occurredAt: nil)))
        #expect(try Self.frame(#"{"event":"stop"}"#) == .stopped)
        #expect(try Self.frame(#"{"event":"later"}"#) == .unknown)
    }

    @Test(arguments: [
        (#"{"event":"start"}"#, "sample_rate"), (#"{"event":"start","sample_rate":8000}"#, "sample_rate"),
        (#"{"event":"dtmf","digit":"12"}"#, "digit"), (#"{"event":"dtmf","digit":"x"}"#, "digit"),
        (#"{"event":"mark"}"#, "name"), ("{}", "event"), (#"{"event":7}"#, "event"),
    ])
    func `a frame that lacks something says what`(text: String, member: String) {
        #expect(throws: MediaFault.lacks(member)) { try Self.frame(text) }
    }

    @Test func `sound is whole samples, up to its limit`() {
        func isSound(_ count: Int) -> Bool {
            let bytes = [UInt8](repeating: 0, count: count)
            return WebMediaFrame.isSound(bytes.span)
        }
        #expect(isSound(0) && isSound(640) && isSound(WebMediaFrame.audioBytesMax))
        #expect(!isSound(641) && !isSound(WebMediaFrame.audioBytesMax + 2))
    }

    @Test(arguments: [16_000, 24_000])
    func `a tone comes through both ways, as long as it was`(rate: Int) {
        func tone(_ rate: Int) -> [Int16] {
            // 500 Hz, exactly periodic at each of the rates.
            let period = rate / 500
            let wave = (0..<period).map { place -> Int16 in
                // A triangle will do: what counts is that it is loud and slow.
                let half = period / 2
                let height = place < half ? place : period - place
                return Int16((height * 4 - period) * 8_000 / period)
            }
            return (0..<rate / 2).map { wave[$0 % period] }
        }
        var sound = WebSound(sampleRate: rate, law: .muLaw)
        let given = tone(rate).flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
        var call: [UInt8] = []
        for start in stride(from: 0, to: given.count, by: 2 * rate / 50) {
            let piece = Array(given[start..<min(given.count, start + 2 * rate / 50)])
            call += sound.heard(piece.span)
        }
        // But for the few samples that the filter still looks ahead to.
        #expect((3_900...4_000).contains(call.count))
        let loud = call.dropFirst(200).map { abs(Int(G711.muLaw.decode($0))) }.max() ?? 0
        #expect((5_000...12_000).contains(loud))
        let back = sound.said(call)
        #expect((call.count - 100) * 2 * rate / 8_000...call.count * 2 * rate / 8_000 ~= back.count)
        #expect(back.count % 2 == 0)
    }
}
