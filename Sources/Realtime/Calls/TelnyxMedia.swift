import Domain
import HTTP
import Providers
import Service
import Store
import Wire

/// Telnyx's side of a call's media socket: reads its frames and hands on what they mean. On its loop alone.
final class TelnyxMedia {
    private let session: CallSession
    private let socket: WebSocket
    private let log: Log
    private var parser = TelnyxMediaParser()
    private var hasStarted = false
    private var hasStopped = false
    private var lastChunk: Int64 = -1
    private var faults = 0

    /// So many frames in a row that can't be read are no media stream.
    static let faultsMax = 50
    /// A carrier says at once whose stream it is.
    static let startPatience = Duration.seconds(10)

    init(_ session: CallSession, _ socket: WebSocket, _ log: Log) {
        (self.session, self.socket, self.log) = (session, socket, log)
    }

    func took(_ message: Span<UInt8>) {
        let frame: TelnyxMediaFrame
        do throws(TelnyxMediaFault) {
            frame = try parser.parse(message)
            faults = 0
        } catch {
            faults += 1
            if faults == 1 { log.warn("media_frame_unreadable") }
            if faults >= Self.faultsMax { socket.close(.invalidData) }
            return
        }
        switch frame {
        case .connected, .unknown: break
        case .started(let start): started(start)
        case .media(let chunk): heard(chunk)
        case .digit(let digit): if hasStarted { session.took(.keyed(Private(String(digit.key)), mediaAt: nil)) }
        case .mark(let name): if let number = Int(name) { session.took(.marked(MarkNumber(number))) }
        case .refused(let refusal): log.warn("media_refused_by_carrier", .count("code", Int(refusal.code)))
        case .stopped: stopped()
        }
    }

    /// The socket is gone. Without a word of the carrier the sound may come back.
    func ended() {
        guard !hasStopped else { return }
        if hasStarted { session.took(.mediaLost(.connectionLost)) } else { stopped() }
    }

    func startIsDue() { if !hasStarted { socket.close(.policyViolation) } }

    private func started(_ start: TelnyxMediaStart) {
        guard !hasStarted else { return }
        guard isOurs(start), start.encoding == .g711(.muLaw), start.sampleRate == 8_000
        else {
            log.error("media_stream_of_another_kind")
            return socket.close(.policyViolation)
        }
        hasStarted = true
        session.began(on: start.callControlID)
        // There is no sound before somebody has answered.
        session.took(.answered(nil))
        session.took(.mediaStarted(media: start.streamID, codec: .pcmu, sampleRate: 8_000))
    }

    /// By the leg's name, or by what we had a leg told to carry that had none yet.
    private func isOurs(_ start: TelnyxMediaStart) -> Bool {
        if let leg = session.ticket.leg { return start.callControlID == leg }
        // Who does not repeat it has the token, which is for this call alone.
        guard let state = start.clientState else { return true }
        guard let bytes = try? Base64.standard.decode(state) else { return false }
        return LegTag(String(decoding: bytes, as: UTF8.self))?.call == session.ticket.call
    }

    private func heard(_ chunk: TelnyxMediaChunk) {
        guard hasStarted, chunk.track == .inbound else { return }
        // What comes out of its order would be noise in the middle of a later word.
        if let number = chunk.chunk {
            guard number > lastChunk else { return }
            lastChunk = number
        }
        parser.withAudio { session.heard($0) }
    }

    /// We never order a stream to stop, so the leg has ended.
    private func stopped() {
        guard !hasStopped else { return }
        hasStopped = true
        session.took(.hungUp(HangUp(cause: .normal, source: .unknown)))
        session.closeLine()
    }
}
