import Domain
import HTTP
import Loop
import Providers
import Service
import Wire

/// A browser's side of a call's media socket. Nobody else tells of its call: it begins when its sound does, and ends with its socket.
/// On its loop alone.
final class BrowserMedia: MediaSide {
    /// Sound comes as it is spoken; what has heaped up in a bad network comes at once, and no more than this.
    static let aheadMax = Duration.seconds(5)
    private static let name = "browser"

    private let session: CallSession
    private let line: MediaLine
    private let socket: WebSocket
    private let log: Log
    private var startedAt: Moment?
    private var bytesPerSecond = 0
    private var heard = 0
    private var hasStopped = false
    private var faults = 0

    init(_ session: CallSession, _ line: MediaLine, _ socket: WebSocket, _ log: Log) {
        (self.session, self.line, self.socket, self.log) = (session, line, socket, log)
    }

    func took(_ kind: WebSocketMessage.Kind, _ message: Span<UInt8>) {
        do throws(MediaFault) {
            switch kind {
            case .text: took(try WebMediaFrame(message))
            case .binary: try hear(message)
            }
            faults = 0
        } catch {
            faults += 1
            if faults == 1 { log.warn("media_frame_unreadable") }
            if faults >= CarrierStream.faultsMax { socket.close(.invalidData) }
        }
    }

    /// Whoever closes the page has hung up: under the same address nobody comes back.
    func ended() { stopped() }

    func startIsDue() { if startedAt == nil { socket.close(.policyViolation) } }

    // MARK: - Frames

    private func took(_ frame: WebMediaFrame) {
        switch frame {
        case .started(let sampleRate): started(sampleRate)
        case .digit(let digit):
            if startedAt != nil { session.took(.keyed(Private(String(digit.key)), mediaAt: nil)) }
        case .mark(let name): if let number = Int(name) { session.took(.marked(MarkNumber(number))) }
        case .stopped:
            stopped()
            session.closeLine()
        case .unknown: break
        }
    }

    private func started(_ sampleRate: Int) {
        guard startedAt == nil else { return }
        startedAt = .now
        bytesPerSecond = 2 * sampleRate
        line.opened(sampleRate: sampleRate)
        session.began(on: Self.name)
        session.wasAnswered()
        session.took(.answered(nil))
        session.took(.mediaStarted(media: Self.name, codec: .l16, sampleRate: sampleRate))
    }

    private func hear(_ message: Span<UInt8>) throws(MediaFault) {
        guard WebMediaFrame.isSound(message) else { throw .lacks("samples") }
        guard let startedAt else { return }
        heard += message.count
        let length = Duration.milliseconds(heard * 1_000 / bytesPerSecond)
        guard length - (Moment.now - startedAt) <= Self.aheadMax else { return socket.close(.policyViolation) }
        let sound = line.heard(message)
        session.heard(sound.span)
    }

    private func stopped() {
        guard !hasStopped else { return }
        hasStopped = true
        session.took(.hungUp(HangUp(cause: .normal, source: .caller)))
    }
}
