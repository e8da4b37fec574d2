import Domain
import HTTP
import Loop
import Service

/// One of Cartesia's sockets: performs what its machine says, on the loop's thread alone.
final class CartesiaConnection: @unchecked Sendable {
    // `@unchecked` holds because every door requires the loop's thread.

    private let loop: Loop
    private let settings: CartesiaSettings
    private var machine: CartesiaSpeaking
    private var streams: [String: CartesiaStream] = [:]
    private var socket: WebSocket?
    private var task: Task<Void, Never>?
    private let youngUntil: Moment
    private var isRetired = false
    private lazy var alarm = Alarm(on: loop) { [unowned self] in perform(machine.woke(at: .now)) }

    init(_ settings: CartesiaSettings, on loop: Loop) {
        (self.settings, self.loop) = (settings, loop)
        youngUntil = Moment.now + settings.socketAgeMax
        machine = CartesiaSpeaking(settings, at: .now)
    }

    /// Whether it may take a new utterance.
    var isYoung: Bool { !isRetired && !machine.isOver && Moment.now < youngUntil && socket?.closure == nil }

    /// The task ends with the socket.
    func start() {
        loop.checkIsolated()
        task = Task(executorPreference: loop) { [self] in await run() }
        alarm.set(machine.wakeAt)
    }

    /// No utterance follows; it closes when the last is over.
    func retire() {
        isRetired = true
        closeIfIdle()
    }

    func begin(_ stream: CartesiaStream, _ request: SynthesizerRequest) {
        streams[stream.name] = stream
        machine.began(stream.name, request)
        alarm.set(machine.wakeAt)
    }

    func say(_ text: String, in name: String) { perform(machine.said(text, in: name, at: .now)) }
    func finish(_ name: String) { perform(machine.finished(name, at: .now)) }

    func cancel(_ name: String) {
        streams[name] = nil
        perform(machine.cancelled(name))
    }

    private func run() async {
        do {
            var client = WebSocketClientSettings()
            if let key = settings.key { client.headers.add("X-API-Key", key.revealed) }
            client.headers.add("Cartesia-Version", settings.version)
            client.connectDeadline = settings.deadlines.opening
            client.upgradeDeadline = settings.deadlines.opening
            client.limits.messageBytesMax = CartesiaMessage.bytesMax
            let socket = try await WebSocketClient.connect(settings.address, on: loop, client)
            guard !machine.isOver else { return socket.close() }
            self.socket = socket
            socket.onMessage { [unowned self] kind, message in
                guard kind == .text else { return perform(machine.closed(StreamFault(.malformed))) }
                perform(machine.received(message, at: .now))
            }
            perform(machine.opened(at: .now))
            while try await socket.receive() != nil {}
            if let closure = socket.closure { perform(machine.closed(StreamFault(closure))) }
        } catch {
            perform(machine.closed(StreamFault(socket?.closure, error)))
        }
    }

    private func perform(_ steps: [CartesiaSpeaking.Step]) {
        loop.checkIsolated()
        for step in steps {
            switch step {
            case .send(let order):
                let message = Array(order.message(model: settings.model).utf8)
                guard let socket, socket.sendNow(.text, message.span) == .refused else { continue }
                if case .say(_, in: let name, _, _) = order { machine.flooded(name) }
            case .deliver(let name, let event):
                let stream = streams[name]
                if event.isLast { streams[name] = nil }
                stream?.deliver(event)
            }
        }
        if machine.isOver {
            alarm.cancel()
            socket?.close()
            if socket == nil { task?.cancel() }
        }
        alarm.set(machine.wakeAt)
        closeIfIdle()
    }

    private func closeIfIdle() {
        guard isRetired, machine.count == 0, !machine.isOver else { return }
        _ = machine.closed(StreamFault(.disconnected))
        alarm.cancel()
        socket?.close()
        if socket == nil { task?.cancel() }
    }
}

/// One utterance on a connection.
final class CartesiaStream: SynthesizerStream {
    let name: String
    let connection: CartesiaConnection
    let deliver: (SynthesizerEvent) -> Void

    init(_ name: String, _ connection: CartesiaConnection, _ deliver: @escaping (SynthesizerEvent) -> Void) {
        (self.name, self.connection, self.deliver) = (name, connection, deliver)
    }

    func say(_ text: String) { connection.say(text, in: name) }
    func finish() { connection.finish(name) }
    func cancel() { connection.cancel(name) }
}

extension SynthesizerEvent {
    fileprivate var isLast: Bool {
        switch self {
        case .done, .failed: true
        case .audio, .words, .switched: false
        }
    }
}
