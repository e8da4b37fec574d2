import Domain
import Providers

/// A whole media session for each input: a carrier's messages, well formed or not, in whatever order and at whatever time, through the real reader
/// into a live call. The first byte says whose they are; behind it stand steps, or messages line by line.
enum MediaSessionLaws {
    private static let frame: Milliseconds = 20
    /// Longer ones find nothing new, and take their time.
    private static let scriptMax = 128

    static func check(_ bytes: [UInt8]) {
        guard let kind = bytes.first else { return }
        let carrier = kind & 1 == 0 ? Carrier.telnyx : .twilio
        let seed = bytes.prefix(4).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        var session = MediaSession(carrier, seed: seed, returnsMarks: kind & 2 == 0)
        if kind & 4 == 0 {
            var script = SessionScript(bytes.dropFirst().prefix(scriptMax), carrier)
            while session.isGoingOn, let step = script.next() {
                switch step {
                case .message(let message):
                    session.wait(frame)
                    session.take(message)
                case .pause(let time): session.wait(time)
                }
            }
        } else {
            for line in bytes.dropFirst().split(separator: UInt8(ascii: "\n")) where session.isGoingOn {
                session.wait(frame)
                session.take(Array(line))
            }
        }
        session.end()
    }
}
