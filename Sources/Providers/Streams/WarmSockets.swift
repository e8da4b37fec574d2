package import HTTP
package import Loop

/// Opens WebSockets before they are wanted, so that a call need not wait for a handshake.
///
/// Confined to its loop. It keeps at most `keptMax`, each no longer than `ageMax`, and says `sign` on each every `interval`,
/// where the provider closes what is silent.
package final class WarmSockets: @unchecked Sendable {
    // `@unchecked` holds because every door requires the loop's thread.

    package struct Sign: Sendable {
        package let text: String
        package let interval: Duration

        package init(_ text: String, every interval: Duration) { (self.text, self.interval) = (text, interval) }
    }

    private struct Kept {
        let url: String
        let socket: WebSocket
        let until: Moment
    }

    package static let keptMax = 16

    private let loop: Loop
    private let settings: WebSocketClientSettings
    private let ageMax: Duration
    private let sign: Sign?
    private var kept: [Kept] = []
    private var opening = 0
    private var isClosed = false
    private lazy var pulse = Timer { [weak self] in self?.beat() }

    /// How many were handed out that had been opened before.
    package private(set) var warmTaken = 0

    package init(
        on loop: Loop, _ settings: WebSocketClientSettings, ageMax: Duration = .seconds(60), sign: Sign? = nil
    ) {
        (self.loop, self.settings, self.ageMax, self.sign) = (loop, settings, ageMax, sign)
    }

    /// Those that stand ready.
    package var count: Int { kept.count }

    /// Opens one in the background; nothing happens when there are enough. A failure shows when one is taken.
    package func warm(_ url: String) {
        loop.checkIsolated()
        guard !isClosed, kept.count + opening < Self.keptMax else { return }
        opening += 1
        // Ends with its connection's deadline; what it opened is closed if nobody wants it any more.
        Task(executorPreference: loop) { [self] in
            let socket = try? await WebSocketClient.connect(url, on: loop, settings)
            opening -= 1
            guard let socket else { return }
            guard !isClosed else { return socket.close(.goingAway) }
            kept.append(Kept(url: url, socket: socket, until: Moment.now + ageMax))
            if kept.count == 1 { rearm() }
        }
    }

    /// One to `url`: a warm one if there is, else a new one. It is the caller's to close.
    package func take(_ url: String) async throws -> WebSocket {
        loop.checkIsolated()
        prune()
        if let place = kept.firstIndex(where: { $0.url == url }) {
            warmTaken += 1
            return kept.remove(at: place).socket
        }
        return try await WebSocketClient.connect(url, on: loop, settings)
    }

    package func close() {
        loop.checkIsolated()
        isClosed = true
        loop.disarm(pulse)
        for one in kept { one.socket.close(.goingAway) }
        kept = []
    }

    private func prune() {
        let now = Moment.now
        for one in kept where one.until <= now { one.socket.close() }
        kept.removeAll { $0.until <= now || $0.socket.closure != nil }
    }

    private func beat() {
        prune()
        if let sign {
            // What refuses it has gone, and is dropped at the next look.
            for one in kept { _ = one.socket.sendNow(.text, Array(sign.text.utf8).span) }
        }
        rearm()
    }

    private func rearm() {
        guard !kept.isEmpty, !isClosed else { return }
        loop.arm(pulse, at: Moment.now + (sign?.interval ?? ageMax))
    }
}
