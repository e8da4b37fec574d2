import CCurl
import Glibc
import Loop
import Wire

/// Carries a client's WebSocket through curl: it connects, sends the handshake, and then passes bytes both ways.
///
/// Confined to its loop. It has a multi handle of its own, because a shared one tidies up connections that look unused. While
/// connecting the driver's callback holds it, afterwards the loop, which watches its socket.
final class CurlWire: WebSocketWire, Watcher, @unchecked Sendable {
    // `@unchecked` holds because the loop's thread alone touches it.

    typealias Waiter = CheckedContinuation<WebSocket, any Error>

    private enum Phase {
        /// → connecting, over
        case new
        /// curl makes the connection → upgrading, over
        case connecting(Waiter)
        /// The handshake is on its way → open, over
        case upgrading(Waiter)
        /// → over
        case open(WebSocket)
        case over
    }

    /// How often one readiness may read before the rest of the loop has its turn.
    private static let readsPerTurn = 8
    private static let readBytes = 16 << 10

    let loop: Loop
    private let url: ClientURL
    private let settings: WebSocketClientSettings
    private let driver: CurlDriver
    private var phase = Phase.new
    private var easy: CurlEasy?
    private var upgrade: ClientUpgrade
    private var socket: Int32 = -1
    private var isRefused = false

    /// What TLS has begun to send: it must see the same bytes at the same place until it has taken them.
    private var sending = ByteQueue()
    private var waiting = ByteQueue()
    private var interest: Readiness = []
    private var isPaused = false
    /// The kernel takes no more for now.
    private var isBlocked = false
    private var isEnding = false
    private var isAborted = false
    private var isFlushDue = false
    private var deadline: Timer?
    /// Reads on in the next turn: bytes may wait inside TLS, where the kernel doesn't see them.
    private var readOn: Timer?

    init(to url: ClientURL, on loop: Loop, _ settings: WebSocketClientSettings) {
        self.url = url
        self.loop = loop
        self.settings = settings
        driver = CurlDriver(loop: loop, idleConnectionsMax: 1)
        upgrade = ClientUpgrade(settings)
    }

    deinit {
        if case .new = phase { driver.shutdown() }
    }

    // MARK: - Connecting

    func start(_ waiter: Waiter) {
        phase = .connecting(waiter)
        unsafe driver.finished = { [self] _, result in connected(result) }
        let easy = CurlEasy()
        easy.set(CURLOPT_URL, url.text)
        easy.set(CURLOPT_NOSIGNAL, 1)
        easy.set(CURLOPT_PROTOCOLS_STR, "http,https")
        easy.set(CURLOPT_CONNECT_ONLY, 1)
        // Otherwise TLS would agree on HTTP/2.
        easy.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        easy.set(CURLOPT_PROXY, settings.proxy ?? "")
        easy.set(CURLOPT_NOPROXY, "")
        easy.set(CURLOPT_HTTPPROXYTUNNEL, 1)
        easy.trust(settings.trust)
        // The driver's callback holds this wire for as long as curl has the handle.
        easy.check(unsafe curl_set_open_function(easy.handle, curlOpensWire), CURLOPT_OPENSOCKETFUNCTION)
        let me = unsafe Unmanaged.passUnretained(self).toOpaque()
        easy.check(unsafe curl_set_pointer(easy.handle, CURLOPT_OPENSOCKETDATA, me), CURLOPT_OPENSOCKETDATA)
        driver.add(easy)
        self.easy = consume easy
        allow(settings.connectDeadline, .connect)
    }

    func cancelled() { fail(CancellationError()) }

    fileprivate func opens(_ address: UnsafeMutablePointer<curl_sockaddr>) -> Int32 {
        guard settings.addresses.allows(unsafe PeerAddress(address)) else {
            isRefused = true
            return CURL_SOCKET_BAD
        }
        isRefused = false
        let type = unsafe address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
        return unsafe Glibc.socket(address.pointee.family, type, address.pointee.protocol)
    }

    private func connected(_ result: CURLcode) {
        guard case .connecting(let waiter) = phase, let handle = unsafe easy?.handle else { return }
        guard result == CURLE_OK, unsafe curl_get_socket(handle, &socket) == CURLE_OK, socket >= 0 else {
            return fail(error(isRefused ? .addressRefused : .init(result), result.rawValue))
        }
        do throws(SystemError) {
            try loop.watch(socket, for: .readable, self)
            interest = .readable
        } catch {
            socket = -1
            return fail(self.error(.other))
        }
        phase = .upgrading(waiter)
        readOn = Timer { [weak self] in self?.read() }
        upgrade.appendRequest(for: url, to: &waiting)
        allow(settings.upgradeDeadline, .firstByte)
        flush()
    }

    private func allow(_ patience: Duration, _ name: HTTPDeadlines.Name) {
        deadline.map(loop.disarm)
        deadline = loop.after(patience) { [weak self] in
            guard let self else { return }
            fail(error(.deadline(name)))
        }
    }

    private func fail(_ error: any Error) {
        switch phase {
        case .connecting(let waiter), .upgrading(let waiter):
            release()
            waiter.resume(throwing: error)
        case .new, .open, .over: break
        }
    }

    private func error(_ code: HTTPClientError.Code, _ curlCode: UInt32? = nil) -> HTTPClientError {
        HTTPClientError(code, "GET", url.host, curlCode: curlCode)
    }

    /// Gives everything back. Never from inside one of curl's callbacks.
    private func release() {
        phase = .over
        if socket >= 0 { loop.unwatch(socket) }
        for timer in [deadline, readOn] { timer.map(loop.disarm) }
        (deadline, readOn) = (nil, nil)
        if let easy = easy.take() { driver.remove(easy) }
        driver.shutdown()
        unsafe driver.finished = { _, _ in }
        sending = ByteQueue()
        waiting = ByteQueue()
    }

    private func lost() {
        switch phase {
        case .open(let webSocket):
            release()
            webSocket.wireClosed()
        case .new, .connecting, .upgrading: fail(error(.connectionLost))
        case .over: break
        }
    }

    // MARK: - For the WebSocket

    var unsentBytes: Int { sending.count + waiting.count }

    func queue(_ append: (inout ByteQueue) -> Void) {
        append(&waiting)
        flushSoon()
    }

    func pauseReading() {
        isPaused = true
        watch()
    }

    func resumeReading() {
        guard isPaused else { return }
        isPaused = false
        watch()
        if let readOn { loop.arm(readOn, at: loop.turn) }
    }

    func closeAfterFlushing() {
        isEnding = true
        flushSoon()
    }

    func abort() {
        isAborted = true
        flushSoon()
    }

    private func flushSoon() {
        guard !isFlushDue else { return }
        isFlushDue = true
        loop.atEndOfTurn { [self] in
            isFlushDue = false
            flush()
        }
    }

    // MARK: - Bytes

    func ready(_ readiness: Readiness) {
        // Both directions are over: take what is left, paused or not, instead of being told again and again.
        if !readiness.isDisjoint(with: [.error, .hangup]) { isPaused = false }
        if readiness != .writable { read() }
        if readiness.contains(.writable) { flush() }
    }

    private func read() {
        unsafe withUnsafeTemporaryAllocation(byteCount: Self.readBytes, alignment: 16) { room in
            for _ in 0..<Self.readsPerTurn {
                guard !isPaused, !isOver, let handle = unsafe easy?.handle else { return }
                var count = 0
                let result = unsafe curl_easy_recv(handle, room.baseAddress, room.count, &count)
                if result == CURLE_AGAIN { return }
                guard result == CURLE_OK, count > 0 else { return lost() }
                unsafe arrived(Span(_unsafeBytes: UnsafeRawBufferPointer(rebasing: room[..<count])))
                // Without TLS nothing waits in between, and what is left in the kernel will be reported.
                if url.scheme == .http, count < room.count { return }
            }
            if let readOn { loop.arm(readOn, at: loop.turn) }
        }
    }

    private var isOver: Bool {
        if case .over = phase { true } else { false }
    }

    private func arrived(_ bytes: Span<UInt8>) {
        switch phase {
        case .open(let webSocket): webSocket.received(bytes)
        case .upgrading(let waiter): upgrades(bytes, waiter)
        case .new, .connecting, .over: break
        }
    }

    private func upgrades(_ bytes: Span<UInt8>, _ waiter: Waiter) {
        var position = 0
        do throws(HTTPClientError.Code) {
            guard let agreement = try upgrade.take(bytes, from: &position) else { return }
            deadline.map(loop.disarm)
            deadline = nil
            let webSocket = WebSocket(
                .client, wire: self, subprotocol: agreement.subprotocol,
                compression: agreement.isCompressed ? MessageCompression() : nil, limits: settings.limits)
            phase = .open(webSocket)
            if position < bytes.count { webSocket.received(bytes.extracting(droppingFirst: position)) }
            waiter.resume(returning: webSocket)
        } catch {
            fail(HTTPClientError(error, "GET", url.host, retryAfter: upgrade.retryAfter))
        }
    }

    private func flush() {
        if isAborted { return lost() }
        let before = unsentBytes
        isBlocked = !send()
        guard !isOver else { return }
        watch()
        if unsentBytes < before, case .open(let webSocket) = phase { webSocket.drained() }
        if isEnding, unsentBytes == 0 { lost() }
    }

    /// Answers whether everything was taken, or can't be any more.
    private func send() -> Bool {
        while let handle = unsafe easy?.handle {
            if sending.isEmpty { swap(&sending, &waiting) }
            guard !sending.isEmpty else { break }
            var taken = 0
            let result = unsafe sending.withUnsafeBytes {
                unsafe curl_easy_send(handle, $0.baseAddress, $0.count, &taken)
            }
            if result == CURLE_AGAIN { return false }
            guard result == CURLE_OK else {
                lost()
                return true
            }
            sending.consume(taken)
        }
        sending.release()
        waiting.release()
        return true
    }

    private func watch() {
        guard socket >= 0, !isOver else { return }
        let wanted: Readiness = [isBlocked ? .writable : [], isPaused ? [] : .readable]
        guard wanted != interest else { return }
        interest = wanted
        loop.rewatch(socket, for: wanted)
    }
}

private func curlOpensWire(
    _ user: UnsafeMutableRawPointer?, _ purpose: curlsocktype, _ address: UnsafeMutablePointer<curl_sockaddr>?
) -> curl_socket_t {
    guard let user = unsafe user, let address = unsafe address else { return CURL_SOCKET_BAD }
    return unsafe Unmanaged<CurlWire>.fromOpaque(user).takeUnretainedValue().opens(address)
}
