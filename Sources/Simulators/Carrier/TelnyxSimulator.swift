package import Crypto
import Domain
package import HTTP
package import Loop
import Wire

/// Telnyx as a server of our own: takes commands, delivers signed webhooks, and carries calls whose people at the far end follow
/// scripts. On its loop's thread alone.
package final class TelnyxSimulator: @unchecked Sendable {
    // `@unchecked` holds because every door requires the loop's thread.

    package struct Settings: Sendable {
        /// One frame of the line: twenty milliseconds, or less when a test is in a hurry.
        package var frame = Duration.milliseconds(20)
        /// How often each webhook comes.
        package var copies = 1
        /// Of each two webhooks the later comes first, if both happen within `swapWindow`.
        package var swapsWebhooks = false
        package var swapWindow = Duration.milliseconds(20)
        /// Between two attempts at a webhook that was not taken.
        package var retryPause = Duration.milliseconds(100)
        /// Part of all names that the carrier gives. Carriers that tell the same application of their calls need different ones.
        package var series: UInt32 = 0
        /// Whether calls keep what went over the line.
        package var keepsSound = false
        /// Where the webhooks of calls to us go.
        package var webhookURL = ""

        package init() {}
    }

    package let stage: Stage
    package let webhookKey: Ed25519.PrivateKey
    package var settings: Settings
    package private(set) var calls: [SimulatedCall] = []
    /// The events that happened, in the order in which they did, and the number of posts that were answered with success.
    package private(set) var events: [String] = []
    package private(set) var delivered = 0

    let loop: Loop
    private let client: HTTPClient
    private var scripts: [String: CallerScript] = [:]
    private var dialled: [String: SimulatedCall] = [:]
    private var commands: Set<String> = []
    private var sent = 0
    private var held: WebhookPost?
    /// Events wait here for their turn, so that they arrive in order unless told otherwise.
    private var outbox: [WebhookPost] = []
    private var isPosting = false

    package init(
        on loop: Loop, key: String? = nil, webhookKey: Ed25519.PrivateKey = .init(), _ settings: Settings = Settings()
    ) {
        stage = Stage(key: key)
        (self.loop, self.webhookKey, self.settings) = (loop, webhookKey, settings)
        client = HTTPClient(loop: loop)
    }

    /// Ends all calls and forgets what was not delivered.
    package func shutdown() {
        loop.checkIsolated()
        for call in calls { call.hangUp(byCaller: false) }
        outbox = []
        client.shutdown()
    }

    /// What whoever has this number does when we call.
    package func answers(_ number: String, _ script: CallerScript) { scripts[number] = script }

    /// Somebody calls us.
    @discardableResult
    package func call(from: String, to: String, _ script: CallerScript) -> SimulatedCall {
        let leg = SimulatedLeg(
            number: calls.count + 1, series: settings.series, direction: .incoming, from: from, to: to,
            webhookURL: settings.webhookURL)
        let call = begin(leg, script)
        post(call, "call.initiated", [("state", .string("parked"))])
        return call
    }

    /// As if the application had ordered to answer a call, with a stream.
    package func answer(_ call: SimulatedCall, streamingTo url: String) {
        call.answered()
        call.startStream(url)
    }

    private func begin(_ leg: SimulatedLeg, _ script: CallerScript) -> SimulatedCall {
        loop.checkIsolated()
        let call = SimulatedCall(leg, script, on: loop, settings) { [weak self] in self?.took($1, of: $0) }
        calls.append(call)
        return call
    }

    // MARK: - Commands

    package var routes: [Route] {
        [
            Route(.post, "/v2/calls") { [self] request in try await handle(request) { dial($0) } },
            Route(.post, "/v2/calls/{id}/actions/{action}") { [self] (request, id: String, action: String) in
                try await handle(request) { command(action, id, $0) }
            },
            Route(.get, "/v2/calls/{id}") { [self] (request: Request, id: String) in
                try await handle(request) { _ in
                    guard let call = find(id) else { return .failure(.unknownCall) }
                    return .success(document(call))
                }
            },
        ]
    }

    private enum Outcome {
        case success(JSONValue)
        case failure(TelnyxError)
    }

    private func handle(_ request: Request, _ perform: (JSONValue) -> Outcome) async throws -> Response {
        loop.checkIsolated()
        let keys = [SimulatedRefusal.credentials(request, "Bearer")]
        let refusal = try await SimulatedRefusal.judge(request, stage, stage.next(), keys: keys) {
            ($0 == 401 ? TelnyxError.unauthorized : .simulated($0)).document
        }
        if let refusal { return refusal }
        let body = request.body.isEmpty ? JSONValue.object([:]) : try? JSONValue(json: request.body)
        guard let body, case .object = body else { return TelnyxError.badRequest.response }
        stage.note(body)
        switch perform(body) {
        case .success(let data): return .json(JSONValue.object([("data", data)]).bytes())
        case .failure(let error): return error.response
        }
    }

    private func find(_ control: String) -> SimulatedCall? { calls.first { $0.leg.control == control } }

    private func dial(_ body: JSONValue) -> Outcome {
        guard body["connection_id"]?.text != nil, let from = body["from"]?.text, let to = body["to"]?.text else {
            return .failure(.badRequest)
        }
        guard Self.isNumber(from), Self.isNumber(to) else { return .failure(.badNumber) }
        if let id = body["command_id"]?.text, let known = dialled[id] { return .success(document(known)) }
        var leg = SimulatedLeg(
            number: calls.count + 1, series: settings.series, direction: .outgoing, from: from, to: to,
            webhookURL: body["webhook_url"]?.text ?? settings.webhookURL)
        guard let state = clientState(body) else { return .failure(.badState) }
        leg.clientState = state
        let script = scripts[to] ?? CallerScript()
        let call = begin(leg, script)
        if let id = body["command_id"]?.text { dialled[id] = call }
        post(call, "call.initiated", [("state", .string("bridging"))])
        switch script.answer {
        case .answers(let time):
            loop.after(time.duration) { [self] in
                call.answered()
                stream(call, body)
            }
        case .busy: loop.after(.zero) { call.hangUp(cause: "user_busy", byCaller: false) }
        case .rejects: loop.after(.zero) { call.hangUp(cause: "call_rejected", byCaller: false) }
        case .never:
            let patience = body["timeout_secs"]?.wholeNumber ?? 30
            loop.after(.seconds(patience)) { call.hangUp(cause: "timeout", byCaller: false) }
        }
        return .success(document(call))
    }

    private func command(_ action: String, _ control: String, _ body: JSONValue) -> Outcome {
        guard let call = find(control) else { return .failure(.unknownCall) }
        let ok = Outcome.success(.object([("result", .string("ok"))]))
        if let id = body["command_id"]?.text, !commands.insert("\(control) \(id)").inserted { return ok }
        guard call.isAlive else { return .failure(.ended) }
        guard let state = clientState(body) else { return .failure(.badState) }
        if let state { call.leg.clientState = state }
        switch action {
        case "answer":
            guard call.leg.direction == .incoming else { return .failure(.outboundAnswered) }
            call.answered()
            stream(call, body)
        case "reject": call.hangUp(cause: "call_rejected", byCaller: false)
        case "hangup": call.hangUp(byCaller: false)
        case "streaming_start":
            guard call.state == .answered else { return .failure(.notAnswered) }
            guard !call.isStreaming else { return .failure(.streaming) }
            guard body["stream_url"]?.text != nil else { return .failure(.badRequest) }
            stream(call, body)
        case "streaming_stop":
            guard call.isStreaming else { return .failure(.notStreaming) }
            call.stopStream()
        case "send_dtmf", "playback_start", "playback_stop", "speak", "gather", "gather_stop", "record_start",
            "record_stop", "transfer", "bridge":
            guard call.state == .answered else { return .failure(.notAnswered) }
        default: return .failure(.unknownAction)
        }
        return ok
    }

    private func stream(_ call: SimulatedCall, _ body: JSONValue) {
        if let url = body["stream_url"]?.text { call.startStream(url) }
    }

    /// Nil if what was given is no base64; nil within if nothing was.
    private func clientState(_ body: JSONValue) -> String?? {
        guard let text = body["client_state"]?.text else { return .some(nil) }
        guard (try? Base64.standard.decode(text)) != nil else { return nil }
        return .some(text)
    }

    private static func isNumber(_ text: String) -> Bool {
        text.hasPrefix("sip:")
            || (text.hasPrefix("+") && (8...16).contains(text.count) && text.dropFirst().allSatisfy(\.isWholeNumber))
    }

    private func document(_ call: SimulatedCall) -> JSONValue {
        .object([
            ("call_control_id", .string(call.leg.control)), ("call_leg_id", .string(call.leg.leg)),
            ("call_session_id", .string(call.leg.session)), ("is_alive", .bool(call.state == .answered)),
            ("record_type", .string("call")),
        ])
    }

    // MARK: - Webhooks

    private func took(_ happening: SimulatedCall.Happening, of call: SimulatedCall) {
        switch happening {
        case .answered: post(call, "call.answered", [])
        case .streaming(let url): post(call, "streaming.started", [("stream_url", .string(url))])
        case .streamStopped(let url): post(call, "streaming.stopped", [("stream_url", .string(url))])
        case .streamFailed(let url):
            post(
                call, "streaming.failed",
                [
                    ("failure_reason", .string("connection_failed")),
                    ("stream_params", .object([("stream_url", .string(url))])),
                ])
        case .pressed(let key): post(call, "call.dtmf.received", [("digit", .string(String(key)))])
        case .hungUp(let cause, let byFarEnd):
            // The far end of a call that was placed through us is the one that was called.
            let byCaller = byFarEnd != (call.leg.direction == .outgoing && cause == "normal_clearing")
            post(
                call, "call.hangup",
                [
                    ("hangup_cause", .string(cause)), ("hangup_source", .string(byCaller ? "caller" : "callee")),
                    ("sip_hangup_cause", .string(cause == "user_busy" ? "486" : "200")),
                ])
        }
    }

    private func post(_ call: SimulatedCall, _ type: String, _ more: [(String, JSONValue)]) {
        events.append(type)
        guard !call.leg.webhookURL.isEmpty else { return }
        sent += 1
        let now = Timestamp.now.description.dropLast() + "000Z"
        let payload: [(String, JSONValue)] = [
            ("call_control_id", .string(call.leg.control)), ("call_leg_id", .string(call.leg.leg)),
            ("call_session_id", .string(call.leg.session)), ("connection_id", .string("2811212257810187875")),
            ("client_state", call.leg.clientState.map { .string($0) } ?? .null), ("from", .string(call.leg.from)),
            ("to", .string(call.leg.to)), ("direction", .string(call.leg.direction.rawValue)),
            ("start_time", .string(String(now))),
        ]
        let post = WebhookPost(
            url: call.leg.webhookURL, id: SimulatedLeg.uuid(4, sent, settings.series), type: type,
            occurredAt: String(now),
            payload: .object(payload + more))
        order(post)
    }

    private func order(_ post: WebhookPost) {
        guard settings.swapsWebhooks else { return queue([post]) }
        if let earlier = held {
            held = nil
            return queue([post, earlier])
        }
        held = post
        loop.after(settings.swapWindow) { [self] in
            guard let held else { return }
            self.held = nil
            queue([held])
        }
    }

    private func queue(_ posts: [WebhookPost]) {
        for post in posts { outbox += [WebhookPost](repeating: post, count: max(1, settings.copies)) }
        guard !isPosting else { return }
        isPosting = true
        // Ends when the outbox is empty.
        Task(executorPreference: loop) { [self] in
            while !outbox.isEmpty { await deliver(outbox.removeFirst()) }
            isPosting = false
        }
    }

    private func deliver(_ post: WebhookPost) async {
        for attempt in 1...WebhookPost.attemptsMax {
            let seconds = Timestamp.now.milliseconds / 1_000
            let status = await post.send(attempt: attempt, seconds: seconds, key: webhookKey, client)
            if let status, 200...299 ~= status {
                delivered += 1
                return
            }
            // What the application says it can't use is not told again.
            if let status, 400...499 ~= status, status != 408, status != 429 { return }
            do { try await loop.sleep(for: settings.retryPause) } catch { return }
        }
    }
}
