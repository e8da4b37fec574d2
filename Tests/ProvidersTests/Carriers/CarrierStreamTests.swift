import Domain
import Testing
import Wire

@testable import Providers

/// What the messages of a media socket mean for its call.
struct CarrierStreamTests {
    private static let call = CallID(value: 7)

    /// A stream and what was heard on it: first bytes of sounds, and what was missing before them.
    private struct Line: ~Copyable {
        let carrier: Carrier
        var stream: CarrierStream
        var heard: [UInt8] = []
        var missing: Milliseconds = 0

        init(_ carrier: Carrier, leg: String? = "leg") {
            self.carrier = carrier
            stream = CarrierStream(of: carrier, CarrierStreamTests.call, leg: leg)
        }

        mutating func take(_ message: String) -> CarrierStream.Word? {
            let bytes = Array(message.utf8)
            return stream.took(bytes.span) { missing, sound in
                self.missing = self.missing + missing
                heard.append(sound[0])
            }
        }

        mutating func end() -> CarrierStream.End? { stream.ended { heard.append($1[0]) } }

        mutating func start(leg: String = "leg", rate: Int = 8_000, state: String? = nil) -> CarrierStream.Word? {
            let state = state.map { "\"\($0)\"" } ?? "null"
            return take(
                carrier == .telnyx
                    ? #"{"event":"start","stream_id":"s","start":{"call_control_id":"\#(leg)","client_state":\#(state),"media_format":{"encoding":"PCMU","sample_rate":\#(rate),"channels":1}}}"#
                    : #"{"event":"start","streamSid":"s","start":{"callSid":"\#(leg)","mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":\#(rate),"channels":1}}}"#
            )
        }

        mutating func media(_ number: Int, track: String = "inbound") -> CarrierStream.Word? {
            let sound = Base64.standard.encode([UInt8](repeating: UInt8(number), count: 160).span)
            return take(
                #"{"event":"media","media":{"track":"\#(track)","chunk":"\#(number)","timestamp":"\#(number * 20)","payload":"\#(sound)"}}"#
            )
        }
    }

    @Test(arguments: [Carrier.telnyx, .twilio])
    func `a stream begins once, is heard in order, pressed, marked and stopped`(_ carrier: Carrier) {
        var line = Line(carrier)
        #expect(line.take(#"{"event":"connected"}"#) == nil)
        // What comes before its start is nobody's.
        #expect(line.media(1) == nil && line.heard.isEmpty)
        #expect(line.take(#"{"event":"dtmf","dtmf":{"digit":"5"}}"#) == nil)
        #expect(line.start() == .began(stream: "s", leg: "leg"))
        #expect(line.start() == nil)
        for number in [2, 4, 3, 3, 5] { #expect(line.media(number) == nil) }
        #expect(line.media(6, track: "outbound") == nil)
        #expect(line.heard == [2, 3, 4, 5] && line.missing == 0)
        #expect(line.take(#"{"event":"dtmf","dtmf":{"digit":"5"}}"#) == .pressed(Private("5")))
        #expect(line.take(#"{"event":"mark","mark":{"name":"12"}}"#) == .reached(MarkNumber(12)))
        #expect(line.take(#"{"event":"mark","mark":{"name":"ours?"}}"#) == nil)
        #expect(line.take(#"{"event":"news"}"#) == nil)
        #expect(line.media(8) == nil && line.heard.count == 4)
        // What waited is heard before the end.
        #expect(line.take(#"{"event":"stop"}"#) == .stopped)
        #expect(line.heard == [2, 3, 4, 5, 8])
        #expect(line.missing == 40)
        #expect(line.media(9) == nil && line.heard.count == 5)
        #expect(line.end() == nil)
        #expect(line.stream.tally.lost == 2 && line.stream.tally.late == 1 && line.stream.tally.reordered == 1)
    }

    @Test(arguments: [Carrier.telnyx, .twilio])
    func `another call's stream, and sound that nobody ordered, are foreign`(_ carrier: Carrier) {
        var line = Line(carrier)
        #expect(line.start(leg: "other") == .foreign)
        #expect(line.start(rate: 16_000) == .foreign)
        #expect(line.start() == .began(stream: "s", leg: "leg"))
    }

    @Test func `a leg that had no name yet is known by what it was told to carry`() {
        func carried(_ text: String) -> String { Base64.standard.encode(Array(text.utf8).span) }
        var other = Line(.telnyx, leg: nil)
        let mine = LegTag.call(Self.call, .inbound).text
        #expect(other.start(leg: "new", state: carried("anything")) == .foreign)
        #expect(other.start(leg: "new", state: "no base64!") == .foreign)
        #expect(other.start(leg: "new", state: carried(mine)) == .began(stream: "s", leg: "new"))
        var silent = Line(.telnyx, leg: nil)
        #expect(silent.start(leg: "new") == .began(stream: "s", leg: "new"))
        var twilio = Line(.twilio, leg: nil)
        #expect(twilio.start(leg: "new") == .began(stream: "s", leg: "new"))
    }

    @Test func `a socket that ends tells whether its sound may come back`() {
        var unbegun = Line(.telnyx)
        #expect(unbegun.end() == .unbegun)
        #expect(unbegun.end() == nil)
        var begun = Line(.telnyx)
        _ = begun.start()
        _ = begun.media(1)
        _ = begun.media(3)
        #expect(begun.end() == .lost)
        #expect(begun.heard == [1, 3])
    }

    @Test func `messages that nobody can read are told once in a row, and too many in a row are no stream`() {
        var line = Line(.twilio)
        #expect(line.take("{") == .unreadable)
        for _ in 2..<CarrierStream.faultsMax { #expect(line.take("no JSON") == nil) }
        #expect(line.take(#"{"event":"connected"}"#) == nil)
        #expect(line.take(#"{"event":"media"}"#) == .unreadable)
        for _ in 2..<CarrierStream.faultsMax { #expect(line.take("[]") == nil) }
        #expect(line.take("") == .hopeless)
    }
}
