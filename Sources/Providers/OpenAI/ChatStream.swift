import Domain
import HTTP
import Loop

/// One answer: performs what its machine says, on the loop's thread alone.
final class ChatStream: ThinkerStream, @unchecked Sendable {
    // `@unchecked` holds because every door requires the loop's thread.

    /// So much of a refusal is read to learn why.
    private static let refusalBytesMax = 64 << 10

    private let loop: Loop
    private let thinker: ChatThinker
    private let deliver: (ThinkerEvent) -> Void
    private var machine = ChatReading()
    private var task: Task<Void, Never>?
    private var isCancelled = false
    private lazy var alarm = Alarm(on: loop) { [unowned self] in woke() }
    private var due: Moment

    init(_ thinker: ChatThinker, _ deliver: @escaping (ThinkerEvent) -> Void) {
        (self.thinker, self.deliver) = (thinker, deliver)
        loop = thinker.loop
        let deadlines = thinker.settings.deadlines
        due = Moment.now + deadlines.opening + deadlines.beginning
    }

    /// The task ends with the answer, or when its deadline has passed.
    func start(_ request: ThinkerRequest) {
        task = Task(executorPreference: loop) { [self] in await run(request) }
        alarm.set(due)
    }

    func cancel() {
        loop.checkIsolated()
        guard !isCancelled, !machine.isOver else { return }
        isCancelled = true
        stop()
    }

    private func run(_ request: ThinkerRequest) async {
        do {
            let response = try await thinker.client.send(clientRequest(request))
            guard response.status == .ok else { return perform(machine.failed(try await fault(response))) }
            while let bytes = try await response.body.next() {
                perform(machine.received(bytes.span))
                if machine.isOver { return }
            }
            perform(machine.ended())
        } catch {
            perform(machine.failed(StreamFault(error)))
        }
    }

    private func clientRequest(_ request: ThinkerRequest) -> ClientRequest {
        let settings = thinker.settings
        var post = ClientRequest(
            .post, "\(settings.url)/chat/completions", headers: thinker.headers,
            body: .bytes(ChatRequestBody.bytes(request, settings)))
        post.deadlines.connect = settings.deadlines.opening
        post.deadlines.firstByte = settings.deadlines.beginning
        post.deadlines.idle = settings.deadlines.middle
        post.deadlines.total = nil
        post.responseBytesMax = nil
        return post
    }

    private func fault(_ response: ClientResponse) async throws -> StreamFault {
        var body: [UInt8] = []
        while body.count < Self.refusalBytesMax, let bytes = try await response.body.next() { body += bytes }
        return ChatFault.read(status: response.status.rawValue, headers: response.headers, body: body)
    }

    private func perform(_ events: [ThinkerEvent]) {
        guard !isCancelled else { return }
        if machine.hasBegun { due = Moment.now + thinker.settings.deadlines.middle }
        if machine.isOver { stop() }
        for event in events where !isCancelled { deliver(event) }
        if !machine.isOver, !isCancelled { alarm.set(due) }
    }

    /// Comments keep the connection alive, but are no answer.
    private func woke() {
        guard !machine.isOver, !isCancelled else { return }
        guard Moment.now >= due else { return alarm.set(due) }
        perform(machine.failed(StreamFault(.stalled(machine.hasBegun ? .middle : .beginning))))
    }

    private func stop() {
        alarm.cancel()
        task?.cancel()
        task = nil
    }
}
