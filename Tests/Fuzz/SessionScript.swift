import Domain
import Providers
import Wire

/// Makes a carrier's messages out of bytes: what they are, how they are wrong, and when they come. The same bytes make the same session.
struct SessionScript {
    private var bytes: ArraySlice<UInt8>
    private let carrier: Carrier
    private var number: Int64 = 1
    private var time: Int64 = 0
    private var sequence: Int64 = 1
    /// To be done to the next message.
    private var harm: (kind: UInt8, place: UInt8)?
    /// Comes behind the next one.
    private var heldBack: [UInt8]?
    private var holdsNext = false
    private var waiting: [[UInt8]] = []
    private var frames = 0

    enum Step {
        case message([UInt8])
        case pause(Milliseconds)
    }

    init(_ bytes: ArraySlice<UInt8>, _ carrier: Carrier) { (self.bytes, self.carrier) = (bytes, carrier) }

    mutating func next() -> Step? {
        while waiting.isEmpty {
            guard let kind = bytes.popFirst() else { return nil }
            let detail = bytes.popFirst() ?? 0
            if kind % 16 == 12 { return .pause(Milliseconds(Int64(detail) * 40)) }
            act(kind % 16, detail)
        }
        return .message(waiting.removeFirst())
    }

    private mutating func act(_ kind: UInt8, _ detail: UInt8) {
        switch kind {
        case 0...5: for _ in 0...detail >> 4 { media(detail) }
        case 6:
            number += Int64(detail % 64)
            time += Int64(detail % 64) * (detail < 192 ? 20 : 0)
            media(detail)
        case 7:
            let (here, then) = (number, time)
            number = max(0, number - Int64(detail % 8))
            time = max(0, time - Int64(detail % 8) * 20)
            media(detail)
            (number, time) = (here, then)
        case 8: give(media(Self.odd(detail), Self.odd(detail >> 3), sound(detail)))
        case 9: give(start(detail))
        case 10: give(event("mark", #"{"name":"\#(detail % 16)"}"#))
        case 11:
            let key = detail < 250 ? String(MediaDigit.keys.dropFirst(Int(detail % 16)).prefix(1)) : "no"
            give(event("dtmf", #"{"digit":"\#(key)"}"#))
        case 13:
            if detail < 24 {
                give(event("stop", "{}"))
            } else if detail < 64 {
                // Who holds a telephone says nothing, but its frames come.
                for _ in 0..<50 { media(0) }
            } else {
                give(event(detail % 2 == 0 ? "connected" : "later", "{}"))
            }
        case 14: harm = (detail, bytes.popFirst() ?? 0)
        default: holdsNext = true
        }
    }

    private mutating func media(_ detail: UInt8) {
        give(media("\"\(number)\"", "\"\(time)\"", sound(detail)))
        number += 1
        time += 20
    }

    private mutating func give(_ message: [UInt8]) {
        sequence += 1
        var message = message
        if let harm {
            self.harm = nil
            damage(&message, harm.kind, harm.place)
        }
        if holdsNext, heldBack == nil {
            (holdsNext, heldBack) = (false, message)
            return
        }
        waiting.append(message)
        if let late = heldBack {
            heldBack = nil
            waiting.append(late)
        }
    }

    private func damage(_ message: inout [UInt8], _ kind: UInt8, _ place: UInt8) {
        guard !message.isEmpty else { return }
        let place = Int(place) * message.count / 256
        switch kind % 6 {
        case 0: message.removeSubrange(place...)
        case 1: message[place] ^= 1 << (kind >> 5)
        case 2: message.insert(kind, at: place)
        case 3: message.remove(at: place)
        case 4: message += message
        default: message.insert(contentsOf: [UInt8](repeating: UInt8(ascii: "["), count: Int(kind)), at: place)
        }
    }

    private static let quiet = encoded([0xFF, 0x7F], 160)
    private static let loud = encoded([0x10, 0x98, 0x05, 0x8E], 160)

    /// Quiet, loud, of another length, or none; in base64.
    private mutating func sound(_ detail: UInt8) -> String {
        frames += 1
        return switch detail % 8 {
        case 0, 1: Self.quiet
        case 2, 3, 4: Self.loud
        case 5: Self.encoded([UInt8(truncatingIfNeeded: frames)], 160)
        case 6: Self.encoded([0xE0, 0x60], Int(detail) * 7)
        default: ""
        }
    }

    private static func encoded(_ level: [UInt8], _ count: Int) -> String {
        let sound = (0..<count).map { level[$0 % level.count] }
        return Base64.standard.encode(sound.span)
    }

    // MARK: - In the carrier's words

    private static func odd(_ detail: UInt8) -> String {
        switch detail % 8 {
        case 0: #""9007199254740993""#
        case 1: "-1"
        case 2: "99999999999999999999"
        case 3: "1.5"
        case 4: "null"
        case 5: #""""#
        case 6: "{}"
        default: "\(Int64.max)"
        }
    }

    private func media(_ number: String, _ time: String, _ sound: String) -> [UInt8] {
        event("media", #"{"track":"inbound","chunk":\#(number),"timestamp":\#(time),"payload":"\#(sound)"}"#)
    }

    private func start(_ detail: UInt8) -> [UInt8] {
        let leg = detail % 8 == 7 ? "other" : "leg"
        let rate = detail % 16 == 15 ? 16_000 : 8_000
        switch carrier {
        case .telnyx:
            return event(
                "start",
                #"{"call_control_id":"\#(leg)","client_state":null,"media_format":{"encoding":"PCMU","sample_rate":\#(rate),"channels":1}}"#
            )
        case .twilio:
            return event(
                "start",
                #"{"callSid":"\#(leg)","mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":\#(rate),"channels":1}}"#)
        }
    }

    private func event(_ name: String, _ body: String) -> [UInt8] {
        let (stream, counter) = carrier == .telnyx ? ("stream_id", "sequence_number") : ("streamSid", "sequenceNumber")
        return Array(
            #"{"event":"\#(name)","\#(counter)":"\#(sequence)","\#(stream)":"s","\#(name)":\#(body)}"#.utf8)
    }
}
