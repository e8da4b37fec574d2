import CCurl
import Glibc
import Loop
import Wire

/// One request on its way and its response, from being asked for to being over.
///
/// Confined to its client's loop. The client holds it while curl knows it, so that curl's user pointer stays good; a
/// `ClientBody` holds it as long as somebody may read. None of curl's callbacks ends it: they leave a `fault` and make curl
/// end the transfer, since a handle can't be removed from inside its own callback.
final class Transfer: @unchecked Sendable {
    // `@unchecked` holds because the loop's thread alone touches it; the doors check.

    typealias HeadWaiter = CheckedContinuation<ClientResponse, any Error>
    typealias BodyWaiter = CheckedContinuation<[UInt8]?, any Error>

    private enum Phase {
        /// Waits for a free place → running, over
        case waiting
        /// curl has it; connecting → connected, over
        case connecting(since: Moment)
        /// The request is on its way, or the response is → over
        case connected
        case over(Result<Void, any Error>)
    }

    let loop: Loop
    let request: ClientRequest
    let url: ClientURL
    var easy: CurlEasy?

    private unowned let client: HTTPClient
    private let settings: HTTPClientSettings
    private let began = Moment.now
    private var phase = Phase.waiting
    private var fault: HTTPClientError.Code?
    private var alarm: Timer?
    private var lastProgress = Moment.now
    private var upload: Upload?

    private var headWaiter: HeadWaiter?
    private var head = ResponseHead()
    private var bodyWaiter: BodyWaiter?
    private var received = 0
    private var body = ByteQueue()
    private var pauses: Int32 = 0

    init(_ request: ClientRequest, _ url: ClientURL, client: HTTPClient) {
        self.request = request
        self.url = url
        self.client = client
        settings = client.settings
        loop = client.loop
    }

    var isOver: Bool {
        if case .over = phase { true } else { false }
    }

    // MARK: - Its life

    func awaits(_ waiter: HeadWaiter) {
        headWaiter = waiter
        let alarm = Timer { [weak self] in self?.alarmRang() }
        self.alarm = alarm
        rearm()
    }

    /// The client has a place for it.
    func start(on driver: CurlDriver) {
        phase = .connecting(since: .now)
        var easy = CurlEasy()
        // The client holds the transfer until the handle has left the driver, and the handle dies with that.
        unsafe easy.prepare(for: request, url, settings, user: Unmanaged.passUnretained(self).toOpaque())
        if case .stream(let length, let next) = request.body {
            upload = Upload(self, length: length, source: next)
        }
        driver.add(easy)
        self.easy = consume easy
        rearm()
    }

    /// curl is done with it.
    func finished(_ result: CURLcode) {
        if let fault { return end(.failure(error(fault))) }
        guard result == CURLE_OK else { return end(.failure(error(.init(result), result.rawValue))) }
        // curl calls it a success when the connection ends within the head.
        end(head.isComplete ? .success(()) : .failure(error(.connectionLost)))
    }

    func cancelled() { end(.failure(CancellationError())) }

    /// Nobody will read the body.
    func abandoned() { end(.failure(CancellationError())) }

    func fail(_ code: HTTPClientError.Code) { end(.failure(error(code))) }

    private func end(_ result: Result<Void, any Error>) {
        loop.checkIsolated()
        guard !isOver else { return }
        phase = .over(result)
        alarm.map(loop.disarm)
        alarm = nil
        upload?.stop()
        upload = nil
        client.ended(self, failed: result.isFailure)
        if let waiter = headWaiter {
            headWaiter = nil
            waiter.resume(throwing: result.failure ?? error(.badResponse))
        }
        if let waiter = bodyWaiter {
            bodyWaiter = nil
            waiter.resume(with: result.map { nil })
        }
        if result.isFailure {
            body.removeAll()
            body.release()
        }
    }

    private func error(_ code: HTTPClientError.Code, _ curlCode: UInt32? = nil) -> HTTPClientError {
        HTTPClientError(code, request.method.rawValue, url.host, curlCode: curlCode)
    }

    // MARK: - Deadlines

    private func rearm() {
        guard let alarm, let next = nextDeadline else { return }
        loop.arm(alarm, at: next.moment)
    }

    private func alarmRang() {
        guard let next = nextDeadline else { return }
        // Progress since it was armed has moved the deadline: look again then.
        guard next.moment <= .now else { return rearm() }
        fail(.deadline(next.name))
    }

    private var nextDeadline: (moment: Moment, name: HTTPDeadlines.Name)? {
        let deadlines = request.deadlines
        let total = deadlines.total.map { (moment: began + $0, name: HTTPDeadlines.Name.total) }
        let own: (moment: Moment, name: HTTPDeadlines.Name)?
        switch phase {
        case .waiting, .over: own = nil
        case .connecting(let since): own = (since + deadlines.connect, .connect)
        case .connected where !head.isComplete: own = (lastProgress + deadlines.firstByte, .firstByte)
        case .connected: own = isReceivingPaused ? nil : (lastProgress + deadlines.idle, .idle)
        }
        return [own, total].compactMap { $0 }.min { $0.moment < $1.moment }
    }

    // MARK: - For the reader

    func next() async throws -> [UInt8]? {
        loop.checkIsolated()
        if let ready = ready() { return try ready.get() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: BodyWaiter) in
                precondition(bodyWaiter == nil, "a body has one reader at a time")
                // Looked at again, since a task may hop on its way to here.
                if let ready = ready() { return continuation.resume(with: ready) }
                bodyWaiter = continuation
                if Task.isCancelled { cancelled() }
            }
        } onCancel: {
            loop.execute { self.cancelled() }
        }
    }

    /// What the reader needs not wait for.
    private func ready() -> Result<[UInt8]?, any Error>? {
        if !body.isEmpty {
            let bytes = body.copied()
            body.removeAll()
            body.release()
            if isReceivingPaused { resume(CURLPAUSE_RECV) }
            return .success(bytes)
        }
        guard case .over(let result) = phase else { return nil }
        return result.map { nil }.mapError { $0 }
    }

    // MARK: - Pausing

    private var isReceivingPaused: Bool { pauses & CURLPAUSE_RECV != 0 }

    /// Lets curl go on in one direction. It may call back at once.
    func resume(_ direction: Int32) {
        guard pauses & direction != 0, !isOver else { return }
        pauses &= ~direction
        lastProgress = .now
        guard let handle = unsafe easy?.handle else { return }
        let result = unsafe curl_easy_pause(handle, pauses)
        if result != CURLE_OK { return finished(result) }
        rearm()
    }

    // MARK: - Called by curl

    /// Makes the socket for a connection, if the address is allowed.
    func opens(_ address: UnsafeMutablePointer<curl_sockaddr>) -> Int32 {
        guard settings.addresses.allows(unsafe PeerAddress(address)) else {
            fault = .addressRefused
            return CURL_SOCKET_BAD
        }
        // An earlier address of the same name may have been refused.
        if fault == .addressRefused { fault = nil }
        client.counted.connectionsOpened += 1
        let type = unsafe address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
        return unsafe socket(address.pointee.family, type, address.pointee.protocol)
    }

    /// The connection stands and the request is about to be sent. Answers whether it may be.
    func connects() -> Bool {
        if case .connected = phase, !request.mayBeRepeated {
            // A kept connection died under the request, and curl would send it once more.
            fault = .connectionLost
            return false
        }
        phase = .connected
        lastProgress = .now
        rearm()
        return true
    }

    /// Answers whether to go on.
    func receivesHead(_ line: Span<UInt8>) -> Bool {
        lastProgress = .now
        let text = unsafe line.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
        switch head.line(text, sizeMax: settings.headBytesMax) {
        case .more: return true
        case .tooLarge: return stop(.headTooLarge)
        case .bad: return stop(.badResponse)
        case .complete: break
        }
        guard let status = head.status, let waiter = headWaiter else { return stop(.badResponse) }
        if let most = request.responseBytesMax, request.method != .head,
            let length = head.headers["Content-Length"].flatMap({ Int($0) }), length > most
        {
            return stop(.bodyTooLarge)
        }
        headWaiter = nil
        rearm()
        waiter.resume(returning: ClientResponse(status: status, headers: head.headers, body: ClientBody(self)))
        return true
    }

    enum Taking { case taken, pause, stop }

    func receivesBody(_ bytes: Span<UInt8>) -> Taking {
        lastProgress = .now
        if body.count >= settings.bodyBytesMark {
            pauses |= CURLPAUSE_RECV
            return .pause
        }
        received += bytes.count
        if let most = request.responseBytesMax, received > most {
            _ = stop(.bodyTooLarge)
            return .stop
        }
        if let waiter = bodyWaiter {
            bodyWaiter = nil
            waiter.resume(returning: unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) })
        } else {
            body.append(bytes)
        }
        return .taken
    }

    /// Fills `room` with the next bytes of the request's body.
    func sends(into room: UnsafeMutableRawBufferPointer) -> Upload.Piece {
        guard let upload else { return .end }
        lastProgress = .now
        let piece = unsafe upload.fill(room)
        switch piece {
        case .later: pauses |= CURLPAUSE_SEND
        case .wrongLength: fault = .bodySourceFailed
        case .bytes, .end: break
        }
        return piece
    }

    private func stop(_ code: HTTPClientError.Code) -> Bool {
        fault = code
        return false
    }
}

extension Result {
    fileprivate var failure: Failure? {
        if case .failure(let error) = self { error } else { nil }
    }

    fileprivate var isFailure: Bool { failure != nil }
}
