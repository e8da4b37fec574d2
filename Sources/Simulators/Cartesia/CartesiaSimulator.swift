package import Domain
package import HTTP
import Wire

/// Cartesia's synthesis over its WebSocket as a server of our own. What it says can be read back by `WordEar`.
package final class CartesiaSimulator: Sendable {
    package struct Settings: Sendable {
        /// Before each message.
        package var latency = Duration.zero
        /// Before each piece of audio.
        package var pace = Duration.zero
        /// How much audio is in one piece.
        package var chunk = Milliseconds(100)
        /// Utterances on one socket; more are refused.
        package var contextsMax = 1_000

        package init() {}
    }

    package let stage: Stage
    private let settings: Settings

    package init(key: String? = nil, _ settings: Settings = Settings()) {
        stage = Stage(key: key)
        self.settings = settings
    }

    package var routes: [Route] {
        [Route(.get, "/tts/websocket") { [self] request in try await answer(request) }]
    }

    private func answer(_ request: Request) async throws -> Response {
        let trouble = stage.next()
        let keys = [
            request.headers["X-API-Key"], SimulatedRefusal.credentials(request, "Bearer"), request.query["api_key"],
        ]
        let refusal = try await SimulatedRefusal.judge(request, stage, trouble, keys: keys) {
            CartesiaSession.error(nil, $0)
        }
        if let refusal { return refusal }
        guard request.headers["Cartesia-Version"] ?? request.query["cartesia_version"] != nil else {
            return .json(CartesiaSession.error(nil, 400).bytes(), status: .badRequest)
        }
        return .webSocket(for: request) { [self] socket in
            defer { stage.note { $0.ended += 1 } }
            try await CartesiaSession(
                Performance(socket, stage, trouble, latency: settings.latency), settings
            ).run()
        }
    }
}
