import Domain
import Testing
import Wire

@testable import Providers

@Suite struct TwilioMediaTests {
    private static func parse(_ text: some Sequence<UInt8>) throws(MediaFault) -> (TwilioMediaFrame, [UInt8]) {
        var parser = TwilioMediaParser()
        let bytes = Array(text)
        let frame = try parser.parse(bytes.span)
        let audio = parser.withAudio { (span) -> [UInt8] in
            var bytes: [UInt8] = []
            for index in span.indices { bytes.append(span[index]) }
            return bytes
        }
        return (frame, audio)
    }

    private static func frame(_ text: String) throws(MediaFault) -> TwilioMediaFrame { try parse(text.utf8).0 }

    private static let start = #"""
        {"event":"start","sequenceNumber":"1","streamSid":"MZ0123456789abcdef0123456789abcdef",
         "start":{"accountSid":"AC1","streamSid":"MZ0123456789abcdef0123456789abcdef","callSid":"CA7","tracks":["inbound"],
          "customParameters":{"callId":"7f"},
          "mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1}}}
        """#

    @Test func `the documented frames are understood`() throws {
        #expect(try Self.frame(#"{"event":"connected","protocol":"Call","version":"1.0.0"}"#) == .connected)
        #expect(
            try Self.frame(Self.start)
                == .started(
                    TwilioMediaStart(
                        streamSID: "MZ0123456789abcdef0123456789abcdef", callSID: "CA7", encoding: .g711(.muLaw),
                        sampleRate: 8000, channels: 1)))
        #expect(
            try Self.frame(
                #"{"event":"dtmf","sequenceNumber":"5","streamSid":"MZ","dtmf":{"track":"inbound_track","digit":"1"}}"#)
                == .digit(MediaDigit(key: "1", sequence: 5, occurredAt: nil)))
        #expect(
            try Self.frame(#"{"event":"mark","sequenceNumber":"6","streamSid":"MZ","mark":{"name":"7"}}"#)
                == .mark(name: "7"))
        #expect(
            try Self.frame(
                #"{"event":"stop","sequenceNumber":"7","streamSid":"MZ","stop":{"accountSid":"AC","callSid":"CA"}}"#)
                == .stopped)
        #expect(try Self.frame(#"{"event":"brand_new","media":"whatever"}"#) == .unknown)
    }

    @Test(arguments: [
        #"{"event":"media","sequenceNumber":"4","streamSid":"MZ","media":{"track":"inbound","chunk":"2","timestamp":"25","payload":"//7+"}}"#,
        #"{"media":{"payload":"\/\/7+","timestamp":25,"chunk":2,"track":"inbound"},"sequenceNumber":4,"event":"media"}"#,
    ])
    func `audio is decoded whatever the order and the spelling`(_ text: String) throws {
        let (frame, audio) = try Self.parse(text.utf8)
        #expect(frame == .media(MediaChunk(track: .inbound, sequence: 4, chunk: 2, timestamp: 25)))
        #expect(audio == [0xff, 0xfe, 0xfe])
    }

    @Test(
        arguments: [
            ("{}", .lacks("event")), (#"{"event":"start"}"#, .lacks("start")),
            (#"{"event":"start","start":{"callSid":"CA"}}"#, .lacks("mediaFormat")),
            (#"{"event":"start","start":{"callSid":"CA","mediaFormat":{}}}"#, .lacks("streamSid")),
            (#"{"event":"media","media":{"payload":""}}"#, .lacks("track")),
            (#"{"event":"media","media":{"track":"inbound"}}"#, .lacks("payload")),
            (#"{"event":"media","media":{"track":"inbound","payload":"A"}}"#, .payload(Base64Error(.length, at: 1))),
            (#"{"event":"dtmf","dtmf":{"digit":"12"}}"#, .lacks("digit")), (#"{"event":"mark"}"#, .lacks("mark")),
            (#"{"event":"stop"} x"#, .json(JSONError(.trailingBytes, at: 17))),
        ] as [(String, MediaFault)])
    func `what cannot be understood is refused, with the reason`(_ text: String, _ fault: MediaFault) {
        #expect(throws: fault) { try Self.parse(text.utf8) }
    }

    @Test func `a message cut off anywhere is refused`() {
        let text = Array(Self.start.utf8)
        for count in text.indices {
            #expect(throws: MediaFault.self, "at byte \(count)") { try Self.parse(text[..<count]) }
        }
    }

    @Test func `our frames name their stream, as documented`() {
        var queue = ByteQueue()
        let writer = TwilioMediaWriter(stream: "MZ\"1")
        let audio: [UInt8] = [0xff, 0xfe, 0xfe]
        writer.media(audio.span, to: &queue)
        queue.append("\n")
        writer.mark("12", to: &queue)
        queue.append("\n")
        writer.clear(to: &queue)
        let lines = queue.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        #expect(
            lines == #"""
                {"event":"media","streamSid":"MZ\"1","media":{"payload":"//7+"}}
                {"event":"mark","streamSid":"MZ\"1","mark":{"name":"12"}}
                {"event":"clear","streamSid":"MZ\"1"}
                """#)
    }
}
