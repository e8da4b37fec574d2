package import Domain
import HTTP
import Loop
import Wire

/// One call at the simulated carrier: its state, its media socket at the pace of the line, and the person at the far end. On
/// its loop's thread alone.
package final class SimulatedCall: @unchecked Sendable {
    // `@unchecked` holds because every door requires the loop's thread.

    package enum State: Hashable, Sendable {
        case ringing
        case answered
        case ended(cause: String)
    }

    package enum Happening: Hashable, Sendable {
        case answered
        case streaming(String)
        case streamFailed(String)
        case streamStopped(String)
        case pressed(Character)
        /// The machine at the far end records from here on.
        case beeped
        case hungUp(cause: String, byCaller: Bool)
    }

    /// What goes over the line, for whoever measures it.
    package enum LineNews: Hashable, Sendable {
        /// Twenty milliseconds were due so long ago.
        case frame(late: Duration)
        /// The application has given so much to play.
        case given(Milliseconds)
        /// It took back what was not yet played, so long after the caller's last frame was sent.
        case cleared(after: Duration)
    }

    package internal(set) var leg: SimulatedLeg
    package private(set) var state = State.ringing
    let machineAfter: Milliseconds?
    /// Marks that came back to the application, in order.
    package private(set) var marks: [String] = []
    package private(set) var framesSent: Int64 = 0
    /// Messages of the application that the carrier could not use.
    package private(set) var refusals = 0
    /// How the application answered who wanted to open its media socket, if not with one.
    package private(set) var refusedWith: UInt16?
    /// Told at once, on the loop.
    package var watch: ((LineNews) -> Void)?

    private let loop: Loop
    private let frame: Duration
    private let happened: (SimulatedCall, Happening) -> Void
    private var play: CallerPlay
    private var ear = CallerEar()
    private var socket: WebSocket?
    private var streamURL: String?
    /// The carrier's name for the stream, the last one's after it has ended.
    private(set) var stream = ""
    private var streams = 0
    private var sequence: Int64 = 0
    private var nextFrame = Moment.now
    private var lastFrame = Moment.now
    private lazy var clock = Timer { [unowned self] in tick() }

    init(
        _ leg: SimulatedLeg, _ script: CallerScript, on loop: Loop, frame: Duration, keepsSound: Bool,
        happened: @escaping (SimulatedCall, Happening) -> Void
    ) {
        (self.leg, self.loop, self.frame, self.happened) = (leg, loop, frame, happened)
        play = CallerPlay(script)
        machineAfter = script.machineAfter
        if keepsSound { sound = SimulatedTape() }
    }

    package var isAlive: Bool { if case .ended = state { false } else { true } }
    package var isStreaming: Bool { socket != nil }
    /// What the person at the far end has really heard.
    package var heard: String { ear.words.map(\.text.revealed).joined(separator: " ") }
    package var clears: Int { ear.clears }
    /// Keys that were heard as tones.
    package var heardKeys: String { ear.keys }
    package var scriptIsOver: Bool { play.isOver }
    /// What went over the line, if the carrier keeps it.
    package private(set) var sound: SimulatedTape?

    func answered() {
        guard state == .ringing else { return }
        state = .answered
        happened(self, .answered)
    }

    func hangUp(cause: String = "normal_clearing", byCaller: Bool) {
        guard isAlive else { return }
        state = .ended(cause: cause)
        stopStream()
        happened(self, .hungUp(cause: cause, byCaller: byCaller))
    }

    /// The person at the far end hangs up, whatever the script says.
    package func hangUpNow() { hangUp(byCaller: true) }

    // MARK: - Media

    /// Opens the application's socket. The task ends with it.
    func startStream(_ url: String, _ dialect: MediaDialect = .telnyx) {
        guard streamURL == nil, state == .answered else { return }
        streamURL = url
        streams += 1
        let name = SimulatedLeg.uuid(3 + 16 * (streams - 1), leg.number, leg.series)
        stream = dialect == .telnyx ? name : "MZ" + name
        Task(executorPreference: loop) { [self] in
            do {
                let socket = try await WebSocketClient.connect(url, on: loop)
                guard state == .answered else { return socket.close() }
                self.socket = socket
                begin(socket, dialect)
                while try await socket.receive() != nil {}
            } catch {
                if case .upgradeRefused(let status)? = (error as? HTTPClientError)?.code { refusedWith = status }
                if socket == nil {
                    streamURL = nil
                    happened(self, .streamFailed(url))
                }
            }
            lost()
        }
    }

    private func begin(_ socket: WebSocket, _ dialect: MediaDialect) {
        if let connected = dialect.connected { send(connected) }
        send(dialect.start(leg, stream: stream, sequence: next()))
        happened(self, .streaming(streamURL ?? ""))
        socket.onMessage { [unowned self] kind, message in
            var bytes: [UInt8] = []
            for index in message.indices { bytes.append(message[index]) }
            let isSound = kind == .binary && dialect == .web
            let order = isSound ? .media(browser.given(bytes)) : dialect.order(bytes, stream: stream)
            guard let order else {
                refusals += 1
                return
            }
            tell(order)
            for name in ear.given(order) { reached(name) }
        }
        self.dialect = dialect
        nextFrame = Moment.now + frame
        loop.arm(clock, at: nextFrame)
    }

    private func tell(_ order: MediaDialect.Order) {
        guard let watch else { return }
        switch order {
        case .media(let audio): watch(.given(Milliseconds(Int64(audio.count) / 8)))
        case .clear: watch(.cleared(after: Moment.now - lastFrame))
        case .mark, .nothing: break
        }
    }

    private var dialect = MediaDialect.telnyx
    private var browser = SimulatedBrowserSound()

    private func reached(_ mark: String) {
        marks.append(mark)
        send(dialect.mark(mark, stream: stream, sequence: next()))
    }

    /// Twenty milliseconds of the line. Frames are due at their own times: one that comes late does not delay the next.
    private func tick() {
        guard socket != nil, state == .answered else { return }
        if let watch { watch(.frame(late: Moment.now - nextFrame)) }
        let (played, names) = ear.play(160)
        for name in names { reached(name) }
        sound?.agent += played
        for act in play.next(&ear) {
            switch act {
            case .audio(let audio):
                sound?.caller += audio
                framesSent += 1
                lastFrame = Moment.now
                if dialect == .web {
                    _ = socket?.sendNow(.binary, browser.sent(audio).span)
                    continue
                }
                send(dialect.media(audio, chunk: framesSent, stream: stream, sequence: next()))
            case .key(let key):
                send(dialect.key(key, stream: stream, sequence: next()))
                happened(self, .pressed(key))
            case .beeped: happened(self, .beeped)
            case .hangUp: return hangUp(byCaller: true)
            }
        }
        nextFrame = nextFrame + frame
        loop.arm(clock, at: nextFrame)
    }

    func stopStream() {
        guard let socket else { return }
        send(dialect.stop(leg, stream: stream, sequence: next()))
        socket.close()
        lost()
    }

    /// The socket goes, and nobody has said a word about it.
    package func cutStream() {
        socket?.close()
        lost()
    }

    private func lost() {
        loop.disarm(clock)
        guard socket != nil, let url = streamURL else { return }
        (socket, streamURL) = (nil, nil)
        happened(self, .streamStopped(url))
    }

    private func next() -> Int64 {
        sequence += 1
        return sequence
    }

    private func send(_ frame: JSONValue) { _ = socket?.sendNow(.text, frame.bytes().span) }
}
