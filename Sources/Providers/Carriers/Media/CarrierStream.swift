package import Domain
import Wire

/// A carrier's media socket, message by message: whose call it is, its sound in order, and what else it tells. Pure: what follows from a word
/// is its owner's.
package struct CarrierStream: ~Copyable {
    package enum Word: Hashable, Sendable {
        case began(stream: String, leg: String)
        /// Another call's, or sound that nobody ordered.
        case foreign
        case pressed(Private<String>)
        case reached(MarkNumber)
        /// The carrier did not like what we said.
        case refused(code: Int64)
        /// The carrier ends it.
        case stopped
        /// The first message in a row that cannot be read.
        case unreadable
        /// So many of them are no media stream.
        case hopeless
    }

    /// How a socket went.
    package enum End: Hashable, Sendable {
        /// Before it began: nobody was there.
        case unbegun
        /// Without a word of the carrier: the sound may come back.
        case lost
    }

    package static let faultsMax = 50

    private let carrier: Carrier
    private let call: CallID
    private let leg: String?
    private var telnyx = TelnyxMediaParser()
    private var twilio = TwilioMediaParser()
    private var order = FrameOrder()
    private var faults = 0
    private var hasStopped = false
    package private(set) var hasBegun = false

    /// `leg` is the carrier's name for it, where that is known before the stream begins.
    package init(of carrier: Carrier, _ call: CallID, leg: String?) {
        (self.carrier, self.call, self.leg) = (carrier, call, leg)
    }

    package var tally: FrameOrder.Tally { order.tally }

    /// `hear` gets the sound that is next, with what is missing before it.
    package mutating func took(_ message: Span<UInt8>, _ hear: (Milliseconds, Span<UInt8>) -> Void) -> Word? {
        guard !hasStopped else { return nil }
        do throws(MediaFault) {
            let word =
                switch carrier {
                case .telnyx: took(try telnyx.parse(message), hear)
                case .twilio: took(try twilio.parse(message), hear)
                }
            faults = 0
            return word
        } catch {
            faults += 1
            if faults >= Self.faultsMax { return .hopeless }
            return faults == 1 ? .unreadable : nil
        }
    }

    /// Nil if the carrier has said so before.
    package mutating func ended(_ hear: (Milliseconds, Span<UInt8>) -> Void) -> End? {
        guard !hasStopped else { return nil }
        hasStopped = true
        order.end(hear)
        return hasBegun ? .lost : .unbegun
    }

    // MARK: - Frames

    private mutating func took(_ frame: TelnyxMediaFrame, _ hear: (Milliseconds, Span<UInt8>) -> Void) -> Word? {
        switch frame {
        case .connected, .unknown: return nil
        case .started(let start):
            let isTelephone = start.encoding == .g711(.muLaw) && start.sampleRate == G711.sampleRate
            return began(start.streamID, of: start.callControlID, isFit: isTelephone && isOurs(start))
        case .media(let chunk):
            if isCaller(chunk) { Self.give(telnyx, chunk, &order, hear) }
            return nil
        case .digit(let digit): return pressed(digit)
        case .mark(let name): return reached(name)
        case .refused(let refusal): return .refused(code: refusal.code)
        case .stopped: return stopped(hear)
        }
    }

    private mutating func took(_ frame: TwilioMediaFrame, _ hear: (Milliseconds, Span<UInt8>) -> Void) -> Word? {
        switch frame {
        case .connected, .unknown: return nil
        case .started(let start):
            let isTelephone = start.encoding == .g711(.muLaw) && start.sampleRate == G711.sampleRate
            // Of a call that we place nobody knows a leg yet. Whoever opened the stream has the token, which is for this call alone.
            let isOurs = leg.map { $0 == start.callSID } ?? true
            return began(start.streamSID, of: start.callSID, isFit: isTelephone && isOurs)
        case .media(let chunk):
            if isCaller(chunk) { Self.give(twilio, chunk, &order, hear) }
            return nil
        case .digit(let digit): return pressed(digit)
        case .mark(let name): return reached(name)
        case .stopped: return stopped(hear)
        }
    }

    private static func give(
        _ parser: borrowing TelnyxMediaParser, _ chunk: MediaChunk, _ order: inout FrameOrder,
        _ hear: (Milliseconds, Span<UInt8>) -> Void
    ) { parser.withAudio { order.take(chunk.chunk, at: chunk.timestamp, $0, hear) } }

    private static func give(
        _ parser: borrowing TwilioMediaParser, _ chunk: MediaChunk, _ order: inout FrameOrder,
        _ hear: (Milliseconds, Span<UInt8>) -> Void
    ) { parser.withAudio { order.take(chunk.chunk, at: chunk.timestamp, $0, hear) } }

    private mutating func began(_ stream: String, of leg: String, isFit: Bool) -> Word? {
        guard !hasBegun else { return nil }
        guard isFit else { return .foreign }
        hasBegun = true
        return .began(stream: stream, leg: leg)
    }

    /// By the leg's name, or by what we had a leg told to carry that had none yet.
    private func isOurs(_ start: TelnyxMediaStart) -> Bool {
        if let leg { return start.callControlID == leg }
        // Who does not repeat it has the token, which is for this call alone.
        guard let state = start.clientState else { return true }
        guard let bytes = try? Base64.standard.decode(state) else { return false }
        return LegTag(String(decoding: bytes, as: UTF8.self))?.call == call
    }

    private func isCaller(_ chunk: MediaChunk) -> Bool { hasBegun && chunk.track == .inbound }

    private func pressed(_ digit: MediaDigit) -> Word? { hasBegun ? .pressed(Private(String(digit.key))) : nil }

    private func reached(_ mark: String) -> Word? { Int(mark).map { .reached(MarkNumber($0)) } }

    private mutating func stopped(_ hear: (Milliseconds, Span<UInt8>) -> Void) -> Word {
        hasStopped = true
        order.end(hear)
        return .stopped
    }
}
