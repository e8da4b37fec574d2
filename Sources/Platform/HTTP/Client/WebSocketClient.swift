package import Loop

/// Opens WebSockets to other people's servers. curl makes the connection (names, proxy, TLS and certificates); frames are ours.
package enum WebSocketClient {
    /// Connects and shakes hands; must be called on the loop's thread, where the WebSocket then lives.
    ///
    /// `url` is ws:// or wss://. Throws `HTTPClientError`, or `CancellationError`; nothing stays open then. The caller closes the
    /// WebSocket: letting go of it is not enough.
    package static func connect(_ url: String, on loop: Loop, _ settings: WebSocketClientSettings = .init())
        async throws -> WebSocket
    {
        loop.checkIsolated()
        guard let address = ClientURL.webSocket(url) else { throw HTTPClientError(.invalidURL, "GET", "-") }
        let wire = CurlWire(to: address, on: loop, settings)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<WebSocket, any Error>) in
                guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
                wire.start(continuation)
            }
        } onCancel: {
            loop.execute { wire.cancelled() }
        }
    }
}
