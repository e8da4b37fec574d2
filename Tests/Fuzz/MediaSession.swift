import ConversationLaws
import Domain
import Glibc
import Providers

/// A carrier's media socket and the call behind it, without the socket: messages go in at their times.
struct MediaSession: ~Copyable {
    /// What a call hears in one session at most; behind it nothing new is found.
    static let soundMax: Milliseconds = 5_000
    static let startPatience: Milliseconds = 10_000
    /// Louder is speech: the mean of squared samples.
    private static let speechPower = 250_000

    private let carrier: Carrier
    private var stream: CarrierStream
    private var call: CarriedCall
    private var isOpen = true
    private var wasLoud = false
    private var given = 0
    private var heard = 0
    private var last: [UInt8] = []

    init(_ carrier: Carrier, seed: UInt64, returnsMarks: Bool) {
        self.carrier = carrier
        stream = CarrierStream(of: carrier, CallID(value: 1), leg: seed % 2 == 0 ? "leg" : nil)
        call = CarriedCall(seed: seed, returnsMarks: returnsMarks)
    }

    var isGoingOn: Bool { isOpen && !call.isOver && place < Self.soundMax && call.breach == nil }

    private var place: Milliseconds { Milliseconds(Int64(heard) / 8) }

    mutating func wait(_ time: Milliseconds) {
        call.wait(time)
        if !stream.hasBegun, call.now.since(Instant(microseconds: 1_800_000_000_000_000)) >= Self.startPatience {
            close()
        }
    }

    mutating func take(_ message: [UInt8]) {
        guard isOpen else { return }
        given += message.count
        var sounds: [(Milliseconds, [UInt8])] = []
        let word = stream.took(message.span) { sounds.append(($0, Self.bytes($1))) }
        hear(sounds)
        if let word { took(word) }
        if call.isOver { isOpen = false }
    }

    /// The socket is gone, by whomever.
    mutating func close() {
        guard isOpen else { return }
        isOpen = false
        var sounds: [(Milliseconds, [UInt8])] = []
        let end = stream.ended { sounds.append(($0, Self.bytes($1))) }
        hear(sounds)
        switch end {
        case .lost: call.take(.mediaLost(.connectionLost))
        case .unbegun: call.take(.hungUp(HangUp(cause: .normal, source: .unknown)))
        case nil: break
        }
    }

    /// Every law must have held, and the call is over.
    mutating func end() {
        close()
        call.end()
        // An optimized program does not say what its precondition was.
        if let breach = call.breach { "broken: \(breach)\n".withCString { _ = write(STDERR_FILENO, $0, strlen($0)) } }
        precondition(call.breach == nil)
    }

    private mutating func took(_ word: CarrierStream.Word) {
        switch word {
        case .began(let stream, _):
            call.take(.answered(nil))
            call.take(.mediaStarted(media: stream, codec: .pcmu, sampleRate: 8_000))
        case .foreign, .hopeless: close()
        case .pressed(let key): call.take(.keyed(key, mediaAt: nil))
        case .reached(let mark): call.take(.marked(mark))
        case .stopped:
            // Some carriers leave the stream for a hand-over.
            if !(carrier == .twilio && call.hasHandedOver) {
                call.take(.hungUp(HangUp(cause: .normal, source: .unknown)))
                precondition(call.isOver, "it goes on though the carrier has ended it")
            }
            isOpen = false
        case .refused, .unreadable: break
        }
    }

    private mutating func hear(_ sounds: [(Milliseconds, [UInt8])]) {
        for (missing, sound) in sounds {
            precondition(0...FrameOrder.gapMax ~= missing, "a gap of \(missing.count) ms")
            given -= sound.count
            precondition(given >= 0, "more sound than came")
            if missing > 0 {
                let filler = Concealment.sound(missing, after: last[...], .muLaw)
                precondition(filler.count == Int(missing.count) * 8, "a gap of another length")
                for start in stride(from: 0, to: filler.count, by: 160) {
                    hear(Array(filler[start..<min(start + 160, filler.count)]))
                }
            }
            hear(sound)
        }
    }

    private mutating func hear(_ sound: [UInt8]) {
        guard !sound.isEmpty else { return }
        let at = place
        heard += sound.count
        last = Array(sound.suffix(160))
        var power = 0
        // A few samples tell it.
        for byte in sound.prefix(16) { power += Int(G711.muLaw.decode(byte)) * Int(G711.muLaw.decode(byte)) }
        power /= min(16, sound.count)
        let isLoud = power > Self.speechPower
        if isLoud, !wasLoud { call.spoke(at: at) }
        wasLoud = isLoud
        call.take(
            .heard(
                CallerFrame(
                    mediaAt: at, length: place - at, probability: Fraction(percent: isLoud ? 90 : 5),
                    energy: Fraction(min(1, Double(power).squareRoot() / 32_768))
                ).coarse))
    }

    private static func bytes(_ span: Span<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(span.count)
        for index in span.indices { bytes.append(span[index]) }
        return bytes
    }
}
