import CCurl
package import Loop

/// Asks other people's servers: HTTP/1.1 and, over TLS where it is offered, HTTP/2, by libcurl, on one loop.
///
/// It keeps connections for later requests, checks certificates, follows no redirect, uses no proxy it was not given, and
/// speaks http and https only. At most `transfersMax` requests run; `waitingMax` more wait; the rest are refused. It belongs to
/// its loop's thread; `shutdown` comes before the last reference goes.
package final class HTTPClient: @unchecked Sendable {
    // `@unchecked` holds because every door requires the loop's thread.

    package let loop: Loop
    let settings: HTTPClientSettings
    var counted = HTTPClientStatistics()

    let driver: CurlDriver
    /// Those that curl has, by the address of their handle. Being in here is what keeps curl's user pointers good.
    private var running: [UInt: Transfer] = [:]
    private var waiting: [Transfer] = []
    private var isShut = false

    package init(loop: Loop, settings: HTTPClientSettings = HTTPClientSettings()) {
        loop.checkIsolated()
        self.loop = loop
        self.settings = settings
        driver = CurlDriver(loop: loop, idleConnectionsMax: settings.idleConnectionsMax)
        unsafe driver.finished = { [unowned self] easy, result in
            running[UInt(bitPattern: easy)]?.finished(result)
        }
    }

    package var statistics: HTTPClientStatistics {
        loop.checkIsolated()
        var snapshot = counted
        snapshot.transfers = running.count
        snapshot.waiting = waiting.count
        return snapshot
    }

    /// Sends a request; returns when the response's head is there. Its body is then read from `body`.
    ///
    /// Throws `HTTPClientError`, or `CancellationError` when the task is cancelled, which ends the transfer at once.
    package func send(_ request: ClientRequest) async throws -> ClientResponse {
        loop.checkIsolated()
        guard let url = ClientURL(request.url) else { throw HTTPClientError(.invalidURL, request.method.rawValue, "-") }
        let transfer = Transfer(request, url, client: self)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: Transfer.HeadWaiter) in
                guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
                admit(transfer, continuation)
            }
        } onCancel: {
            loop.execute { transfer.cancelled() }
        }
    }

    private func admit(_ transfer: Transfer, _ continuation: Transfer.HeadWaiter) {
        let isFull = running.count >= settings.transfersMax
        guard !isShut, !isFull || waiting.count < settings.waitingMax else {
            counted.requestsRefused += 1
            let code: HTTPClientError.Code = isShut ? .clientClosed : .tooManyRequests
            let error = HTTPClientError(code, transfer.request.method.rawValue, transfer.url.host)
            return continuation.resume(throwing: error)
        }
        transfer.awaits(continuation)
        if isFull { waiting.append(transfer) } else { start(transfer) }
    }

    private func start(_ transfer: Transfer) {
        counted.requestsStarted += 1
        transfer.start(on: driver)
        guard let handle = unsafe transfer.easy?.handle else {
            preconditionFailure("a transfer started with no handle")
        }
        running[UInt(bitPattern: handle)] = transfer
    }

    /// A transfer is over: its handle is freed, and its place is the next one's.
    func ended(_ transfer: Transfer, failed: Bool) {
        if failed { counted.requestsFailed += 1 }
        if let easy = transfer.easy.take() {
            let key = unsafe UInt(bitPattern: easy.handle)
            driver.remove(easy)
            running[key] = nil
        } else {
            waiting.removeAll { $0 === transfer }
        }
        while !isShut, running.count < settings.transfersMax, !waiting.isEmpty { start(waiting.removeFirst()) }
    }

    /// Ends all that runs or waits with `.clientClosed`, and closes the kept connections.
    package func shutdown() {
        loop.checkIsolated()
        guard !isShut else { return }
        isShut = true
        for transfer in waiting + Array(running.values) { transfer.fail(.clientClosed) }
        driver.shutdown()
    }
}
