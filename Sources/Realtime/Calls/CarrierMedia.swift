import Domain
import HTTP
import Providers
import Service
import Store

/// The carrier's side of a call's media socket: hands on what its messages mean. On its loop alone.
final class CarrierMedia: MediaSide {
    private let session: CallSession
    private let line: MediaLine
    private let carrier: Carrier
    private let socket: WebSocket
    private let log: Log
    private var stream: CarrierStream
    private var told = FrameOrder.Tally()

    /// A carrier says at once whose stream it is.
    static let startPatience = Duration.seconds(10)

    init(_ session: CallSession, _ line: MediaLine, of carrier: Carrier, _ socket: WebSocket, _ log: Log) {
        (self.session, self.line, self.carrier, self.socket, self.log) = (session, line, carrier, socket, log)
        stream = CarrierStream(of: carrier, session.ticket.call, leg: session.ticket.leg)
    }

    func took(_: WebSocketMessage.Kind, _ message: Span<UInt8>) {
        let word = stream.took(message) { session.heard($1, missing: $0) }
        if let word { took(word) }
        tellOrder()
    }

    func ended() {
        switch stream.ended({ session.heard($1, missing: $0) }) {
        case .lost: session.took(.mediaLost(.connectionLost))
        case .unbegun: stopped()
        case nil: break
        }
        tellOrder()
    }

    func startIsDue() { if !stream.hasBegun { socket.close(.policyViolation) } }

    private func took(_ word: CarrierStream.Word) {
        switch word {
        case .began(let stream, let leg):
            line.opened(stream)
            session.began(on: leg)
            // There is no sound before somebody has answered.
            session.took(.answered(nil))
            session.took(.mediaStarted(media: stream, codec: .pcmu, sampleRate: 8_000))
        case .foreign:
            log.error("media_stream_of_another_kind")
            socket.close(.policyViolation)
        case .pressed(let key): session.took(.keyed(key, mediaAt: nil))
        case .reached(let mark): session.took(.marked(mark))
        case .refused(let code): log.warn("media_refused_by_carrier", .count("code", Int(code)))
        case .stopped: stopped()
        case .unreadable: log.warn("media_frame_unreadable")
        case .hopeless: socket.close(.invalidData)
        }
    }

    /// We never order a stream to stop, so the leg has ended; unless it was handed over by a carrier that leaves the stream for that.
    private func stopped() {
        if carrier == .twilio, session.hasHandedOver { return }
        session.took(.hungUp(HangUp(cause: .normal, source: .unknown)))
        session.closeLine()
    }

    private func tellOrder() {
        let tally = stream.tally
        guard tally != told else { return }
        session.frames(from: told, to: tally)
        told = tally
    }
}
