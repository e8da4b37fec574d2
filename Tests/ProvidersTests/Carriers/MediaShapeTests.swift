import Domain
import TestKit
import Testing
import Wire

@testable import Providers

@Suite struct MediaShapeTests {
    private static func frame(_ sequence: String, _ chunk: String, _ timestamp: String, _ payload: String) -> [UInt8] {
        Array(
            (#"{"event":"media","sequence_number":"\#(sequence)","stream_id":"6b0f","media":{"track":"inbound","#
                + #""chunk":"\#(chunk)","timestamp":"\#(timestamp)","payload":"\#(payload)"}}"#).utf8)
    }

    private static let frames: [[UInt8]] = [
        frame("1042", "1040", "20800", "//7+//7+//7+AAECAwQFBgc="),
        frame("7", "5", "100", ""),
        Array(
            #"{"media":{"payload":"AAAA","timestamp":"20","track":"outbound","chunk":"2"},"sequence_number":"4","event":"media"}"#
                .utf8),
        Array(#"{"event":"media","media":{"track":"inbound","chunk":10,"timestamp":20,"payload":"AAAA"}}"#.utf8),
        Array(#"{"event":"media","media":{"track":"inbound","payload":"\/\/7+"}}"#.utf8),
        Array(#"{"event":"media","media":{"track":"inbound","payload":"//7+"},"more":[1,{"é":"\u00e9"}]}"#.utf8),
    ]

    private struct Heard: Equatable {
        var frame: TelnyxMediaFrame?
        var fault: MediaFault?
        var audio: [UInt8]
    }

    private static func hear(_ message: [UInt8], _ parser: inout TelnyxMediaParser) -> Heard {
        var heard = Heard(audio: [])
        do throws(MediaFault) { heard.frame = try parser.parse(message.span) } catch { heard.fault = error }
        heard.audio = parser.audio.withUnsafeBytes { Array($0) }
        return heard
    }

    @Test(arguments: [UInt64.random(in: 0 ... .max)])
    func `what a parser has heard before makes no difference to what it hears next`(_ seed: UInt64) {
        var random = Seeded(seed)
        let telling = Array(#"0123456789+/="\{}:,eé "#.utf8)
        for original in Self.frames {
            for _ in 0..<1_500 {
                var message = original
                for _ in 0..<Int.random(in: 0...3, using: &random) {
                    let place = Int.random(in: 0..<message.count, using: &random)
                    let byte = telling[Int.random(in: 0..<telling.count, using: &random)]
                    switch Int.random(in: 0..<8, using: &random) {
                    case 0: message.insert(byte, at: place)
                    case 1: message.remove(at: place)
                    case 2: message[place] = UInt8.random(in: 0...255, using: &random)
                    default: message[place] = byte
                    }
                }
                var fresh = TelnyxMediaParser()
                var experienced = TelnyxMediaParser()
                _ = Self.hear(original, &experienced)
                let (expected, heard) = (Self.hear(message, &fresh), Self.hear(message, &experienced))
                #expect(heard == expected, "seed \(seed)")
                // Whatever it was, it has left nothing behind that changes the next one.
                let (expectedNext, next) = (Self.hear(original, &fresh), Self.hear(original, &experienced))
                #expect(next == expectedNext, "seed \(seed)")
            }
        }
    }

    private static func learnt(_ message: [UInt8]) throws -> MediaShape {
        var json = JSONScanner(message.span)
        var shape = MediaShape()
        shape.learn(message.span, try MediaOutline(&json, number: "sequence_number"))
        return shape
    }

    @Test func `a frame is known by the one before it, whatever its counters and its audio`() throws {
        let shape = try Self.learnt(Self.frame("1042", "1040", "20800", "//7+"))
        var audio = ByteQueue()
        let next = Self.frame("1043", "1041", "20820", "AAEC")
        let chunk = shape.read(next.span, into: &audio)
        #expect(chunk == MediaChunk(track: .inbound, sequence: 1043, chunk: 1041, timestamp: 20820))
        let heard = audio.withUnsafeBytes { Array($0) }
        #expect(heard == [0, 1, 2])
    }

    @Test(arguments: [
        frame("10420", "1040", "20800", "//7+"), frame("104x", "1040", "20800", "//7+"),
        frame("1042", "1040", "20800", "//7\""), frame("1042", "1040", "20800", "//\\/"),
        frame("1042", "1040", "20800", "AB=="),
        Array(#"{"event":"stop"}"#.utf8),
    ])
    func `what is not like it is left to be read`(_ message: [UInt8]) throws {
        let shape = try Self.learnt(Self.frame("1042", "1040", "20800", "//7+"))
        var audio = ByteQueue()
        let chunk = shape.read(message.span, into: &audio)
        #expect(chunk == nil)
        let isSilent = audio.isEmpty
        #expect(isSilent)
    }

    @Test func `a frame longer than the limit is not kept`() throws {
        for (excess, isKept) in [(0, true), (4, false)] {
            let bare = Self.frame("1", "1", "1", "").count
            let room = (MediaShape.bytesMax - bare) / 4 * 4 + excess
            let message = Self.frame("1", "1", "1", String(repeating: "A", count: room))
            let shape = try Self.learnt(message)
            var audio = ByteQueue()
            let chunk = shape.read(message.span, into: &audio)
            #expect((chunk != nil) == isKept, "\(message.count) bytes")
        }
    }
}
