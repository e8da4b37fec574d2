import Domain
import HTTP
import Providers
import Service
import Store
import Wire

/// The carrier's side of a call's media socket: reads its frames and hands on what they mean. On its loop alone.
final class CarrierMedia: MediaSide {
    private let session: CallSession
    private let line: MediaLine
    private let carrier: Carrier
    private let socket: WebSocket
    private let log: Log
    private var telnyx = TelnyxMediaParser()
    private var twilio = TwilioMediaParser()
    private var hasStarted = false
    private var hasStopped = false
    private var lastChunk: Int64 = -1
    private var faults = 0

    /// So many frames in a row that can't be read are no media stream.
    static let faultsMax = 50
    /// A carrier says at once whose stream it is.
    static let startPatience = Duration.seconds(10)

    init(_ session: CallSession, _ line: MediaLine, of carrier: Carrier, _ socket: WebSocket, _ log: Log) {
        (self.session, self.line, self.carrier, self.socket, self.log) = (session, line, carrier, socket, log)
    }

    func took(_: WebSocketMessage.Kind, _ message: Span<UInt8>) {
        do throws(MediaFault) {
            switch carrier {
            case .telnyx: took(try telnyx.parse(message))
            case .twilio: took(try twilio.parse(message))
            }
            faults = 0
        } catch {
            faults += 1
            if faults == 1 { log.warn("media_frame_unreadable") }
            if faults >= Self.faultsMax { socket.close(.invalidData) }
        }
    }

    /// The socket is gone. Without a word of the carrier the sound may come back.
    func ended() {
        guard !hasStopped else { return }
        if hasStarted { session.took(.mediaLost(.connectionLost)) } else { stopped() }
    }

    func startIsDue() { if !hasStarted { socket.close(.policyViolation) } }

    // MARK: - Frames

    private func took(_ frame: TelnyxMediaFrame) {
        switch frame {
        case .connected, .unknown: break
        case .started(let start): started(start)
        case .media(let chunk): if isNext(chunk) { telnyx.withAudio { session.heard($0) } }
        case .digit(let digit): pressed(digit)
        case .mark(let name): reached(name)
        case .refused(let refusal): log.warn("media_refused_by_carrier", .count("code", Int(refusal.code)))
        case .stopped: stopped()
        }
    }

    private func took(_ frame: TwilioMediaFrame) {
        switch frame {
        case .connected, .unknown: break
        case .started(let start): started(start)
        case .media(let chunk): if isNext(chunk) { twilio.withAudio { session.heard($0) } }
        case .digit(let digit): pressed(digit)
        case .mark(let name): reached(name)
        case .stopped: stopped()
        }
    }

    private func started(_ start: TelnyxMediaStart) {
        let isTelephone = start.encoding == .g711(.muLaw) && start.sampleRate == 8_000
        began(start.streamID, of: start.callControlID, isFit: isTelephone && isOurs(start))
    }

    private func started(_ start: TwilioMediaStart) {
        let isTelephone = start.encoding == .g711(.muLaw) && start.sampleRate == 8_000
        // Of a call that we place the ticket knows no leg. Whoever opened the stream has the token, which is for this call alone.
        let isOurs = session.ticket.leg.map { $0 == start.callSID } ?? true
        began(start.streamSID, of: start.callSID, isFit: isTelephone && isOurs)
    }

    private func began(_ stream: String, of leg: String, isFit: Bool) {
        guard !hasStarted else { return }
        guard isFit else {
            log.error("media_stream_of_another_kind")
            return socket.close(.policyViolation)
        }
        hasStarted = true
        line.opened(stream)
        session.began(on: leg)
        // There is no sound before somebody has answered.
        session.took(.answered(nil))
        session.took(.mediaStarted(media: stream, codec: .pcmu, sampleRate: 8_000))
    }

    /// By the leg's name, or by what we had a leg told to carry that had none yet.
    private func isOurs(_ start: TelnyxMediaStart) -> Bool {
        if let leg = session.ticket.leg { return start.callControlID == leg }
        // Who does not repeat it has the token, which is for this call alone.
        guard let state = start.clientState else { return true }
        guard let bytes = try? Base64.standard.decode(state) else { return false }
        return LegTag(String(decoding: bytes, as: UTF8.self))?.call == session.ticket.call
    }

    /// What comes out of its order would be noise in the middle of a later word.
    private func isNext(_ chunk: MediaChunk) -> Bool {
        guard hasStarted, chunk.track == .inbound else { return false }
        guard let number = chunk.chunk else { return true }
        guard number > lastChunk else { return false }
        lastChunk = number
        return true
    }

    private func pressed(_ digit: MediaDigit) {
        if hasStarted { session.took(.keyed(Private(String(digit.key)), mediaAt: nil)) }
    }

    private func reached(_ mark: String) { if let number = Int(mark) { session.took(.marked(MarkNumber(number))) } }

    /// We never order a stream to stop, so the leg has ended; unless it was handed over by a carrier that leaves the stream for that.
    private func stopped() {
        guard !hasStopped else { return }
        hasStopped = true
        if carrier == .twilio, session.hasHandedOver { return }
        session.took(.hungUp(HangUp(cause: .normal, source: .unknown)))
        session.closeLine()
    }
}
