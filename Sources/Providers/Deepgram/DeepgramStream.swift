import Domain
import HTTP
import Loop
import Wire

/// One live recognition: performs what its machine says, on the loop's thread alone.
final class DeepgramStream: RecognizerStream, @unchecked Sendable {
    // `@unchecked` holds because every door requires the loop's thread.

    /// What the network has not taken; beyond it the provider counts as too slow.
    static let unsentBytesMax = 1 << 20
    /// Longer audio is cut, as recorded streams come in pieces of a second at most.
    static let pieceBytesMax = 16_000

    private let loop: Loop
    private let sockets: WarmSockets
    private let address: String
    private let waitingBytesMax: Int
    private let deliver: (RecognizerEvent) -> Void
    private var machine: DeepgramListening
    private var socket: WebSocket?
    private var waiting = ByteQueue()
    private var task: Task<Void, Never>?
    private lazy var alarm = Alarm(on: loop) { [unowned self] in perform(machine.woke(at: .now)) }

    init(_ recognizer: DeepgramRecognizer, _ request: RecognizerRequest, _ deliver: @escaping (RecognizerEvent) -> Void)
    {
        loop = recognizer.loop
        sockets = recognizer.sockets
        address = recognizer.settings.address(request)
        waitingBytesMax = request.format.bytes(in: recognizer.settings.waitingMax)
        machine = DeepgramListening(recognizer.settings, request.format, at: .now)
        self.deliver = deliver
    }

    /// The task ends with the socket, and the socket with the stream.
    func start() {
        task = Task(executorPreference: loop) { [self] in await run() }
        alarm.set(machine.wakeAt)
    }

    func hear(_ audio: Span<UInt8>) {
        loop.checkIsolated()
        guard !machine.isOver, !audio.isEmpty else { return }
        if machine.takesAudio {
            send(audio)
        } else if waiting.count + audio.count <= waitingBytesMax {
            waiting.append(audio)
        } else {
            machine.flooded()
        }
        alarm.set(machine.wakeAt)
    }

    func endTurn() { perform(machine.turnEnded(at: .now)) }
    func finish() { perform(machine.finished(at: .now)) }
    func cancel() { perform(machine.cancelled()) }

    // MARK: - The socket's life

    private func run() async {
        do {
            let socket = try await sockets.take(address)
            guard !machine.isOver else { return socket.close() }
            self.socket = socket
            opened(socket)
            while try await socket.receive() != nil {}
            if let closure = socket.closure { perform(machine.closed(StreamFault(closure))) }
        } catch {
            perform(machine.closed(StreamFault(socket?.closure, error)))
        }
    }

    private func opened(_ socket: WebSocket) {
        perform(machine.opened(at: .now))
        var held = ByteQueue()
        swap(&held, &waiting)
        send(held.bytes)
        perform(machine.caughtUp(at: .now))
        guard !machine.isOver else { return }
        socket.onMessage { [unowned self] kind, message in
            // It has nothing to say in bytes.
            guard kind == .text else { return perform(machine.failed(StreamFault(.malformed))) }
            perform(machine.received(message, at: .now))
        }
    }

    private func send(_ audio: Span<UInt8>) {
        guard let socket else { return }
        var start = 0
        while start < audio.count {
            let end = min(start + Self.pieceBytesMax, audio.count)
            guard socket.sendNow(.binary, audio.extracting(start..<end)) != .refused else { return machine.flooded() }
            machine.sentAudio(end - start, at: .now)
            start = end
        }
    }

    private func perform(_ steps: [DeepgramListening.Step]) {
        loop.checkIsolated()
        for step in steps {
            switch step {
            case .deliver(let event): deliver(event)
            case .send(let control): _ = socket?.sendNow(.text, Array(control.rawValue.utf8).span)
            case .close:
                alarm.cancel()
                socket?.close()
                // Nothing to wait for any more: what still connects is given up.
                if socket == nil { task?.cancel() }
            }
        }
        alarm.set(machine.wakeAt)
    }
}
