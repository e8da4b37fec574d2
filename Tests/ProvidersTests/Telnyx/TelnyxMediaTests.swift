import Domain
import Testing
import Wire

@testable import Providers

@Suite struct TelnyxMediaTests {
    /// One message, and the audio that came with it.
    private static func parse(_ text: some Sequence<UInt8>) throws(MediaFault) -> (TelnyxMediaFrame, [UInt8]) {
        var parser = TelnyxMediaParser()
        let bytes = Array(text)
        let frame = try parser.parse(bytes.span)
        return (frame, parser.audio.withUnsafeBytes { Array($0) })
    }

    private static func frame(_ text: String) throws(MediaFault) -> TelnyxMediaFrame { try parse(text.utf8).0 }

    private static let start = #"""
        {"event":"start","sequence_number":"1","stream_id":"6b0f5c61-53cb-4b21-89a4-9e1819c043bc",
         "start":{"user_id":"3e6f995f-85f7-4705-9741-53b116d28237","call_control_id":"v3:T02-rQ",
          "call_session_id":"ff55a038-6f5d-11ef-9692-02420aeffb1f","from":"+15005550111","to":"+15005550222",
          "client_state":"aGVsbG8=","tags":["TAG1"],"custom_parameters":{},
          "media_format":{"encoding":"PCMU","sample_rate":8000,"channels":1}}}
        """#

    @Test func `The documented frames are understood`() throws {
        #expect(try Self.frame(#"{"event":"connected","version":"1.0.0"}"#) == .connected)
        #expect(
            try Self.frame(Self.start)
                == .started(
                    TelnyxMediaStart(
                        streamID: "6b0f5c61-53cb-4b21-89a4-9e1819c043bc", callControlID: "v3:T02-rQ",
                        callSessionID: "ff55a038-6f5d-11ef-9692-02420aeffb1f", from: "+15005550111",
                        to: "+15005550222", clientState: "aGVsbG8=", encoding: .g711(.muLaw), sampleRate: 8000,
                        channels: 1)))
        #expect(
            try Self.frame(
                #"{"event":"dtmf","stream_id":"6b0f","occurred_at":"2025-06-05T08:54:19.698408Z","#
                    + #""sequence_number":"5","dtmf":{"digit":"1"}}"#)
                == .digit(MediaDigit(key: "1", sequence: 5, occurredAt: "2025-06-05T08:54:19.698408Z")))
        #expect(
            try Self.frame(#"{"event":"mark","stream_id":"6b0f","sequence_number":"9","mark":{"name":"utt-12"}}"#)
                == .mark(name: "utt-12"))
        #expect(
            try Self.frame(
                #"{"event":"stop","sequence_number":"1042","stream_id":"6b0f","#
                    + #""stop":{"user_id":"3e6f","call_control_id":"v3:T02"}}"#)
                == .stopped)
        #expect(try Self.frame(#"{"event":"brand_new","media":"whatever","x":[{}]}"#) == .unknown)
    }

    @Test(arguments: ["100004", #""100004""#])
    func `The code of a refusal may be a number or a string`(_ code: String) throws {
        let text = #"{"event":"error","payload":{"code":\#(code),"title":"invalid_media","detail":"d"}}"#
        #expect(
            try Self.frame(text)
                == .refused(
                    TelnyxMediaRefusal(code: TelnyxMediaRefusal.invalidMedia, title: "invalid_media", detail: "d")))
    }

    @Test(
        arguments: [
            ("PCMU", .g711(.muLaw)), ("audio/x-mulaw", .g711(.muLaw)), ("PCMA", .g711(.aLaw)), ("L16", .l16),
            ("OPUS", .opus), ("G722", .g722), ("AMR-WB", .amrWB), ("pcmu", .other("pcmu")),
        ] as [(String, MediaEncoding)])
    func `Both spellings of an encoding are known, and a foreign one is kept`(
        _ name: String, _ encoding: MediaEncoding
    ) { #expect(MediaEncoding(name) == encoding) }

    @Test(arguments: [
        #"{"event":"media","sequence_number":"4","stream_id":"6b0f","media":{"track":"inbound","chunk":"2","timestamp":"20","payload":"//7+"}}"#,
        #"{"media":{"payload":"//7+","timestamp":20,"track":"inbound","chunk":2},"stream_id":"6b0f","sequence_number":4,"event":"media"}"#,
        #" { "x" : [ { "event" : "stop" } ] , "med\u0069a" : { "payload" : "\/\/7+" , "event" : "stop" , "track" : "inbound" , "chunk" : "02" , "timestamp" : "20" } , "event" : "\u006dedia" , "sequence_number" : "4" } "#,
    ])
    func `Audio is decoded whatever the order and the spelling`(_ text: String) throws {
        let (frame, audio) = try Self.parse(text.utf8)
        #expect(frame == .media(MediaChunk(track: .inbound, sequence: 4, chunk: 2, timestamp: 20)))
        #expect(audio == [0xff, 0xfe, 0xfe])
    }

    @Test func `Counters may be absent, and a payload may be empty`() throws {
        let (frame, audio) = try Self.parse(#"{"event":"media","media":{"track":"outbound","payload":""}}"#.utf8)
        #expect(frame == .media(MediaChunk(track: .outbound, sequence: nil, chunk: nil, timestamp: nil)))
        #expect(audio == [])
    }

    @Test(
        arguments: [
            ("", .json(JSONError(.endedEarly, at: 0))), ("[]", .json(JSONError(.unexpectedKind, at: 0))),
            ("{}", .lacks("event")), (#"{"event":7}"#, .json(JSONError(.unexpectedKind, at: 9))),
            (#"{"event":"stop","event":"media"}"#, .json(JSONError(.duplicateName, at: 17))),
            (#"{"event":"media"}"#, .lacks("track")), (#"{"event":"media","media":[]}"#, .lacks("track")),
            (#"{"event":"media","media":{"track":"sideways","payload":""}}"#, .lacks("track")),
            (#"{"event":"media","media":{"track":"inbound"}}"#, .lacks("payload")),
            (#"{"event":"media","media":{"track":"inbound","payload":"A"}}"#, .payload(Base64Error(.length, at: 1))),
            (
                #"{"event":"media","media":{"track":"inbound","payload":"AA A"}}"#,
                .payload(Base64Error(.alphabet, at: 2))
            ),
            (
                #"{"event":"media","media":{"track":"inbound","payload":"AB=="}}"#,
                .payload(Base64Error(.trailingBits, at: 1))
            ),
            (#"{"event":"media","media":{"payload":"","payload":""}}"#, .json(JSONError(.duplicateName, at: 40))),
            (
                #"{"event":"media","media":{"payload":"","track":"inbound"},"media":{}}"#,
                .json(JSONError(.duplicateName, at: 59))
            ),
            (#"{"event":"media","media":{"chunk":"-1"}}"#, .json(JSONError(.badNumber, at: 35))),
            (#"{"event":"media","media":{"chunk":""}}"#, .json(JSONError(.badNumber, at: 35))),
            (#"{"event":"media","media":{"chunk":"1234567890123456789"}}"#, .json(JSONError(.badNumber, at: 35))),
            (#"{"event":"media","media":{"chunk":1.5}}"#, .json(JSONError(.numberOutOfRange, at: 34))),
            (#"{"event":"start","stream_id":"s"}"#, .lacks("start")),
            (#"{"event":"start","stream_id":"s","start":{"call_control_id":"c"}}"#, .lacks("media_format")),
            (#"{"event":"dtmf","dtmf":{"digit":"12"}}"#, .lacks("digit")),
            (#"{"event":"dtmf","dtmf":{"digit":""}}"#, .lacks("digit")),
            (#"{"event":"dtmf","dtmf":{"digit":"x"}}"#, .lacks("digit")),
            (#"{"event":"mark","mark":{"name":5}}"#, .lacks("name")),
            (#"{"event":"mark"}"#, .lacks("mark")), (#"{"event":"error","payload":{"code":"1x"}}"#, .lacks("code")),
            (#"{"event":"stop"} x"#, .json(JSONError(.trailingBytes, at: 17))),
        ] as [(String, MediaFault)])
    func `What cannot be understood is refused, with the reason`(_ text: String, _ fault: MediaFault) {
        #expect(throws: fault) { try Self.parse(text.utf8) }
    }

    @Test func `A message cut off anywhere is refused`() {
        let text = Array(Self.start.utf8)
        for count in text.indices {
            #expect(throws: MediaFault.self, "at byte \(count)") {
                try Self.parse(text[..<count])
            }
        }
    }

    @Test func `The parser holds the audio of the last frame only, and none after a refusal`() throws {
        var parser = TelnyxMediaParser()
        for audio in ["AAAA", "/v7+", String(repeating: "AAAA", count: 6000), "AQ=="] {
            let text = Array(#"{"event":"media","media":{"track":"inbound","payload":"\#(audio)"}}"#.utf8)
            _ = try parser.parse(text.span)
            let heard = parser.audio.withUnsafeBytes { Array($0) }
            #expect(try Base64.standard.decode(audio) == heard)
        }
        let nothing = Array("{}".utf8)
        #expect(throws: MediaFault.self) { try parser.parse(nothing.span) }
        let isSilent = parser.audio.isEmpty
        #expect(isSilent)
    }

    @Test func `Our frames are written as documented`() {
        var queue = ByteQueue()
        let audio: [UInt8] = [0xff, 0xfe, 0xfe]
        TelnyxMediaWriter.media(audio.span, to: &queue)
        queue.append("\n")
        TelnyxMediaWriter.mark("utt-12 \"x\"", to: &queue)
        queue.append("\n")
        TelnyxMediaWriter.clear(to: &queue)
        let lines = queue.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        #expect(
            lines == #"""
                {"event":"media","media":{"payload":"//7+"}}
                {"event":"mark","mark":{"name":"utt-12 \"x\""}}
                {"event":"clear"}
                """#)
    }
}
