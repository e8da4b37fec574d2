import Domain
package import HTTP
import Loop
import Wire

/// Deepgram's live recognition (`/v1/listen`) as a server of our own. It understands the words that `WordTones` makes, and
/// nothing that did not arrive.
package final class DeepgramSimulator: Sendable {
    package struct Settings: Sendable {
        /// Between what it hears and what it says.
        package var latency = Duration.zero
        /// With nothing from the client for so long it closes.
        package var idleMax = Duration.seconds(10)
        /// What every voice is understood as, for callers who speak as people do; nil understands the words of `WordTones`.
        package var voiceSays: String?

        package init() {}
    }

    package let stage: Stage
    private let settings: Settings

    package init(key: String? = nil, _ settings: Settings = Settings()) {
        stage = Stage(key: key)
        self.settings = settings
    }

    package var routes: [Route] {
        [Route(.get, "/v1/listen") { [self] request in try await answer(request) }]
    }

    private func answer(_ request: Request) async throws -> Response {
        let trouble = stage.next()
        let offered = request.headers["Sec-WebSocket-Protocol"]?.split(separator: ",").last
        let keys = [
            SimulatedRefusal.credentials(request, "Token"), SimulatedRefusal.credentials(request, "Bearer"),
            offered.map { String($0.drop { $0 == " " }) },
        ]
        if let refusal = try await SimulatedRefusal.judge(request, stage, trouble, keys: keys, body: Self.error) {
            return refusal
        }
        guard var options = DeepgramHearing.Options(request.query) else {
            stage.note { $0.refused += 1 }
            return .json(Self.error(400).bytes(), status: .badRequest)
        }
        options.voiceSays = settings.voiceSays
        let hearing = DeepgramHearing(options)
        var policy = WebSocketHandshake.Policy()
        policy.subprotocols = ["token"]
        return .webSocket(for: request, policy) { [self] socket in
            defer { stage.note { $0.ended += 1 } }
            let performance = Performance(socket, stage, trouble, latency: settings.latency)
            try await listen(performance, hearing)
        }
    }

    private func listen(_ performance: Performance, _ hearing: DeepgramHearing) async throws {
        var hearing = hearing
        let socket = performance.socket
        while let message = try await receive(socket) {
            stage.note { seen in
                seen.messagesIn += 1
                seen.bytesIn += message.bytes.count
            }
            switch message.kind {
            case .binary: for answer in hearing.hear(message.bytes) { try await say(answer, performance) }
            case .text:
                guard let order = try? JSONValue(json: message.bytes) else {
                    return socket.close(.policyViolation, "DATA-0000")
                }
                stage.note(order)
                switch order["type"]?.text {
                case "KeepAlive": break
                case "Finalize": try await say(hearing.finalize(), performance)
                case "CloseStream":
                    for answer in hearing.finish() { try await say(answer, performance) }
                    return socket.close()
                default: return socket.close(.policyViolation, "DATA-0000")
                }
            }
        }
    }

    /// Nil when the client has gone, or was silent for too long.
    private func receive(_ socket: WebSocket) async throws -> WebSocketMessage? {
        do {
            return try await socket.receive(within: settings.idleMax)
        } catch let error as WebSocketError where error.code == .stalled {
            socket.close(.internalError, "NET-0001")
            return nil
        } catch is WebSocketError {
            return nil
        }
    }

    private func say(_ message: JSONValue, _ performance: Performance) async throws {
        try await performance.say(message) { status in
            .object([
                ("type", .string("Error")), ("description", .string("simulated")),
                ("variant", .string("status \(status)")),
            ])
        }
    }

    private static func error(_ status: UInt16) -> JSONValue {
        .object([
            ("err_code", .string(status == 401 ? "INVALID_AUTH" : "SIMULATED")), ("err_msg", .string("refused")),
            ("request_id", .string("00000000-0000-4000-8000-000000000001")),
        ])
    }
}

extension DeepgramHearing.Options {
    /// Nil for what Deepgram would refuse.
    fileprivate init?(_ query: Query) {
        let rate = query["sample_rate"].flatMap { Int($0) } ?? 8_000
        guard rate > 0, rate % 8_000 == 0, rate <= 48_000 else { return nil }
        switch query["encoding"] {
        case "mulaw": format = SoundFormat(.g711(.muLaw), rate: rate)
        case "alaw": format = SoundFormat(.g711(.aLaw), rate: rate)
        case "linear16": format = SoundFormat(.linear16, rate: rate)
        default: return nil
        }
        saysInterims = query["interim_results"] == "true"
        saysSpeech = query["vad_events"] == "true"
        switch query["endpointing"] {
        case nil: break
        case "false": endpointing = nil
        case let text?:
            guard let pause = Int64(text), pause >= 0 else { return nil }
            endpointing = Milliseconds(pause)
        }
        if let text = query["utterance_end_ms"] {
            guard saysInterims, let pause = Int64(text), pause >= 1_000 else { return nil }
            utteranceEnd = Milliseconds(pause)
        }
    }
}
