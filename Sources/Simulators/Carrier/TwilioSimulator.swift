import Crypto
import Domain
package import HTTP
package import Loop
import Wire

/// Twilio as a server of our own: asks what to do with calls that come in, takes commands, posts signed forms, and carries calls whose
/// people at the far end follow scripts. On its loop's thread alone.
package final class TwilioSimulator: @unchecked Sendable {
    // `@unchecked` holds because every door requires the loop's thread.

    package struct Settings: Sendable {
        /// One frame of the line: twenty milliseconds, or less when a test is in a hurry.
        package var frame = Duration.milliseconds(20)
        /// Part of all names that the carrier gives.
        package var series: UInt32 = 0
        package var keepsSound = false
        /// What the number that is called is set to: who is asked what to do, and who is told that it is over.
        package var voiceURL = ""
        package var statusURL = ""

        package init() {}
    }

    package static let account = "AC00000000000000000000000000000000"

    /// Its key is the account's token, and signs the forms.
    package let stage: Stage
    package var settings: Settings
    package private(set) var calls: [SimulatedCall] = []
    /// What was posted, in its order: the last part of the address and what happened.
    package private(set) var posted: [String] = []

    let loop: Loop
    private let token: String
    private let client: HTTPClient
    private var scripts: [String: CallerScript] = [:]
    private var states: [String: CallTask] = [:]
    private var outbox: [TwilioCallback] = []
    private var isPosting = false
    /// A stream that ends because its call is told something else has nothing after it.
    private var isReplacing = false

    /// What a call is told to do, and whom it tells of itself.
    private struct CallTask {
        var verbs: ArraySlice<TwilioProgram.Verb> = []
        /// Whoever waits for the end of a verb of an older program waits for nothing.
        var program = 0
        var streamCallback: String?
        var statusCallback: String?
        var statusEvents: Set<String> = []
        var machineCallback: String?
        var answeredAt: Moment?
        var sequence = 0
        /// Who waits for the end of a call that was placed for them.
        var parent: SimulatedCall?
    }

    package init(on loop: Loop, token: String, _ settings: Settings = Settings()) {
        stage = Stage(key: Base64.standard.encode(Array("\(Self.account):\(token)".utf8).span))
        (self.loop, self.token, self.settings) = (loop, token, settings)
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
        let call = begin(.incoming, from: from, to: to, script)
        var task = CallTask()
        // A number is set to be told of the end alone.
        (task.statusCallback, task.statusEvents) = (settings.statusURL, ["completed"])
        states[call.leg.control] = task
        let question = TwilioCallback(url: settings.voiceURL, fields: fields(call, "ringing"))
        posted.append("voice")
        Task(executorPreference: loop) { [self] in
            let answer = await question.send(token: Secret(text: token), client)
            guard let answer, answer.status == 200, let program = TwilioProgram(answer.body) else {
                return call.hangUp(cause: "failed", byCaller: false)
            }
            follow(program, call)
        }
        return call
    }

    private func begin(
        _ direction: SimulatedLeg.Direction, from: String, to: String, _ script: CallerScript
    ) -> SimulatedCall {
        loop.checkIsolated()
        var leg = SimulatedLeg(
            number: calls.count + 1, series: settings.series, direction: direction, from: from, to: to, webhookURL: "")
        leg.dialect = .twilio
        let call = SimulatedCall(leg, script, on: loop, frame: settings.frame, keepsSound: settings.keepsSound) {
            [weak self] in self?.took($1, of: $0)
        }
        calls.append(call)
        return call
    }

    // MARK: - Markup

    private func follow(_ program: TwilioProgram, _ call: SimulatedCall) {
        states[call.leg.control]?.verbs = program.verbs[...]
        states[call.leg.control]?.program += 1
        isReplacing = true
        call.stopStream()
        isReplacing = false
        proceed(call)
    }

    private func proceed(_ call: SimulatedCall) {
        guard call.isAlive, var task = states[call.leg.control] else { return }
        let verb = task.verbs.popFirst()
        if case .stream(_, let callback)? = verb { task.streamCallback = callback }
        states[call.leg.control] = task
        switch verb {
        case .stream(let url, _):
            call.answered()
            call.startStream(url, .twilio)
        case .dial(let number, let callback, let events):
            let script = scripts[number] ?? CallerScript()
            let child = begin(.outgoing, from: call.leg.from, to: number, script)
            var task = CallTask()
            (task.statusCallback, task.statusEvents, task.parent) = (callback, events, call)
            states[child.leg.control] = task
            ring(child, script, patience: 30) {}
        case .pause(let seconds):
            let program = task.program
            loop.after(.seconds(seconds)) { [self] in
                if states[call.leg.control]?.program == program { proceed(call) }
            }
        case .reject: call.hangUp(cause: "busy", byCaller: false)
        case .hangUp, nil: call.hangUp(byCaller: false)
        case .other: proceed(call)
        }
    }

    // MARK: - Commands

    package var routes: [Route] {
        [
            Route(.post, "/2010-04-01/Accounts/{account}/Calls.json") { [self] (request: Request, account: String) in
                try await handle(request, account) { dial($0) }
            },
            Route(.post, "/2010-04-01/Accounts/{account}/Calls/{file}") {
                [self] (request: Request, account: String, file: String) in
                try await handle(request, account) { change(file, $0) }
            },
        ]
    }

    private func handle(_ request: Request, _ account: String, _ perform: (Query) -> Response) async throws -> Response
    {
        loop.checkIsolated()
        let keys = [SimulatedRefusal.credentials(request, "Basic")]
        let refusal = try await SimulatedRefusal.judge(request, stage, stage.next(), keys: keys) {
            Self.problem($0 == 401 ? 20003 : 20500, $0)
        }
        if let refusal { return refusal }
        guard account == Self.account else { return Self.failure(404, 20404) }
        guard let form = Query(request.body) else { return Self.failure(400, 20001) }
        // A form may have a name several times, a document may not.
        let values = Dictionary(form.items.map { ($0.name, $0.value) }) { "\($0) \($1)" }
        stage.note(.object(values.map { ($0.key, .string($0.value)) }))
        return perform(form)
    }

    private static func problem(_ code: Int64, _ status: UInt16) -> JSONValue {
        .object([
            ("code", .integer(code)), ("message", .string("Simulated")), ("status", .integer(Int64(status))),
        ])
    }

    private static func failure(_ status: UInt16, _ code: Int64) -> Response {
        .json(problem(code, status).bytes(), status: Status(status))
    }

    private func document(_ call: SimulatedCall, status: UInt16) -> Response {
        let document = JSONValue.object([
            ("sid", .string(call.leg.control)), ("account_sid", .string(Self.account)), ("status", .string("queued")),
        ])
        return .json(document.bytes(), status: Status(status))
    }

    private func dial(_ form: Query) -> Response {
        guard let to = form["To"], let from = form["From"], let program = form["Twiml"].flatMap(TwilioProgram.init)
        else {
            return Self.failure(400, 21201)
        }
        let script = scripts[to] ?? CallerScript()
        let call = begin(.outgoing, from: from, to: to, script)
        var task = CallTask()
        task.statusCallback = form["StatusCallback"]
        task.statusEvents = Set(form.values(of: "StatusCallbackEvent"))
        task.machineCallback = form["MachineDetection"] == nil ? nil : form["AsyncAmdStatusCallback"]
        states[call.leg.control] = task
        ring(call, script, patience: form["Timeout"].flatMap { Int($0) } ?? 60) { [self] in follow(program, call) }
        return document(call, status: 201)
    }

    private func ring(
        _ call: SimulatedCall, _ script: CallerScript, patience: Int, answered: @escaping () -> Void
    ) {
        tell(call, "initiated", "initiated")
        tell(call, "ringing", "ringing")
        switch script.answer {
        case .answers(let time):
            loop.after(time.duration) {
                call.answered()
                answered()
            }
        case .busy: loop.after(.zero) { call.hangUp(cause: "busy", byCaller: false) }
        case .rejects: loop.after(.zero) { call.hangUp(cause: "failed", byCaller: false) }
        case .never: loop.after(.seconds(patience)) { call.hangUp(cause: "no-answer", byCaller: false) }
        }
    }

    private func change(_ file: String, _ form: Query) -> Response {
        guard file.hasSuffix(".json"), let call = calls.first(where: { $0.leg.control + ".json" == file }) else {
            return Self.failure(404, 20404)
        }
        guard call.isAlive else { return Self.failure(400, 21220) }
        if form["Status"] == "completed" { call.hangUp(byCaller: false) }
        if let text = form["Twiml"] {
            guard let program = TwilioProgram(text) else { return Self.failure(400, 12100) }
            if call.leg.direction == .incoming { call.answered() }
            follow(program, call)
        }
        return document(call, status: 200)
    }

    // MARK: - Callbacks

    private func took(_ happening: SimulatedCall.Happening, of call: SimulatedCall) {
        switch happening {
        case .answered:
            states[call.leg.control]?.answeredAt = .now
            tell(call, "answered", "in-progress")
            if call.machineAfter == nil { loop.after(Self.humanAfter) { [self] in tellWho(call, "human") } }
        case .beeped: tellWho(call, "machine_end_beep")
        case .streaming: tellStream(call, "stream-started")
        case .streamFailed:
            tellStream(call, "stream-error")
            proceed(call)
        case .streamStopped:
            tellStream(call, "stream-stopped")
            if call.isAlive, !isReplacing { proceed(call) }
        case .pressed: break
        case .hungUp(let cause, _): over(call, cause)
        }
    }

    private func over(_ call: SimulatedCall, _ cause: String) {
        let wasAnswered = states[call.leg.control]?.answeredAt != nil
        let status = wasAnswered ? "completed" : cause == "normal_clearing" ? "canceled" : cause
        tell(call, "completed", status)
        for other in calls where states[other.leg.control]?.parent === call { other.hangUp(byCaller: false) }
        // Who was put through goes on with what is behind that, which usually is nothing.
        if let parent = states[call.leg.control]?.parent, parent.isAlive { proceed(parent) }
    }

    private func fields(_ call: SimulatedCall, _ status: String) -> [(String, String)] {
        [
            ("CallSid", call.leg.control), ("AccountSid", Self.account), ("From", call.leg.from), ("To", call.leg.to),
            ("CallStatus", status), ("Direction", call.leg.direction == .incoming ? "inbound" : "outbound-api"),
            ("ApiVersion", "2010-04-01"),
        ]
    }

    /// `event` is what can be asked for; `status` what is told.
    private func tell(_ call: SimulatedCall, _ event: String, _ status: String) {
        guard let task = states[call.leg.control], task.statusEvents.contains(event), let url = task.statusCallback
        else { return }
        var fields = fields(call, status)
        fields += [
            ("Timestamp", TwilioCallback.mailTime(.now)), ("SequenceNumber", "\(task.sequence)"),
            ("CallbackSource", "call-progress-events"),
        ]
        if status == "completed", let answeredAt = task.answeredAt {
            fields.append(("CallDuration", "\((Moment.now - answeredAt).components.seconds)"))
        }
        states[call.leg.control]?.sequence += 1
        post(TwilioCallback(url: url, fields: fields), "status \(status)")
    }

    /// People are known by their first word, which is short.
    private static let humanAfter = Duration.milliseconds(600)

    /// It tells once, of a machine when that has said its word.
    private func tellWho(_ call: SimulatedCall, _ answeredBy: String) {
        guard call.isAlive, let url = states[call.leg.control]?.machineCallback else { return }
        let fields = [
            ("CallSid", call.leg.control), ("AccountSid", Self.account), ("AnsweredBy", answeredBy),
            ("MachineDetectionDuration", "600"),
        ]
        post(TwilioCallback(url: url, fields: fields), answeredBy)
    }

    private func tellStream(_ call: SimulatedCall, _ event: String) {
        guard let url = states[call.leg.control]?.streamCallback else { return }
        let fields = [
            ("StreamSid", call.stream), ("StreamName", call.stream), ("StreamEvent", event),
            ("CallSid", call.leg.control), ("AccountSid", Self.account), ("Timestamp", Timestamp.now.description),
        ]
        post(TwilioCallback(url: url, fields: fields), event)
    }

    private func post(_ callback: TwilioCallback, _ what: String) {
        guard !callback.url.isEmpty else { return }
        posted.append(what)
        outbox.append(callback)
        guard !isPosting else { return }
        isPosting = true
        // Ends when the outbox is empty.
        Task(executorPreference: loop) { [self] in
            while !outbox.isEmpty { _ = await outbox.removeFirst().send(token: Secret(text: token), client) }
            isPosting = false
        }
    }
}
