import Crypto
import Domain
import HTTP
import Loop
import TestKit
import Testing
import Wire

@testable import Simulators

/// Calls from their first webhook to their last, over real sockets.
@Suite(.timeLimit(.minutes(2))) struct TelnyxSimulatorTests {
    /// `@unchecked` holds because a test and what it tries share one loop.
    private struct Scene: @unchecked Sendable {
        let telnyx: TelnyxSimulator
        let application: Application
        let world: SimulatedWorld
        let client: HTTPClient
        let loop: Loop
        let mediaURL: String

        func post(_ path: String, _ body: [(String, JSONValue)], key: String = "right") async throws -> (
            UInt16, JSONValue
        ) {
            let response = try await client.send(
                ClientRequest(
                    .post, world.telnyxURL + path, headers: Headers([.authorization: "Bearer \(key)"]),
                    body: .bytes(JSONValue.object(body).bytes())))
            return (response.status.rawValue, try JSONValue(json: try await response.body.whole()))
        }

        func action(_ action: String, _ call: SimulatedCall, _ body: [(String, JSONValue)] = []) async throws -> (
            UInt16, String?
        ) {
            let id = PercentCoding.encode(call.leg.control)
            let (status, answer) = try await post("/calls/\(id)/actions/\(action)", body)
            guard case .array(let errors) = answer["errors"] else { return (status, answer["data"]?["result"]?.text) }
            return (status, errors.first?["code"]?.text)
        }

        var dialling: [(String, JSONValue)] {
            [
                ("connection_id", .string("1")), ("from", .string("+15005550100")), ("to", .string("+15005550199")),
                ("webhook_url", .string(telnyx.settings.webhookURL)),
            ]
        }
    }

    private static func with(
        greeting: String = "Hello, how can I help?", yields: Bool = false, failing: Int = 0,
        change: @escaping @Sendable (inout TelnyxSimulator.Settings) -> Void = { _ in },
        _ body: @escaping @Sendable (Scene) async throws -> Void
    ) async throws {
        try await Loops.with { loops in
            let loop = loops.first
            var settings = TelnyxSimulator.Settings()
            settings.frame = .milliseconds(1)
            settings.retryPause = .milliseconds(1)
            change(&settings)
            let telnyx = TelnyxSimulator(on: loop, key: "right", settings)
            let application = Application(
                telnyx.webhookKey.publicKey, greeting: greeting, yields: yields, failing: failing)
            let server = try await Server.open(on: [loop], ServerSettings(), router: Router(application.routes))
            telnyx.settings.webhookURL = "http://127.0.0.1:\(server.port)/hooks"
            let client = HTTPClient(loop: loop)
            let world = try await SimulatedWorld.open(on: loop, telnyx: telnyx)
            let scene = Scene(
                telnyx: telnyx, application: application, world: world, client: client, loop: loop,
                mediaURL: "ws://127.0.0.1:\(server.port)/media")
            let result: Result<Void, any Error>
            do { result = .success(try await body(scene)) } catch { result = .failure(error) }
            telnyx.shutdown()
            client.shutdown()
            await world.server.drain(within: .seconds(2))
            await server.drain(within: .seconds(2))
            try result.get()
        }
    }

    @Test func `somebody calls, is greeted, answers, presses keys and hangs up`() async throws {
        try await Self.with { scene in
            let script = CallerScript([.hear(), .say("my name is Zoë"), .wait(100), .press("42#"), .hangUp])
            let call = scene.telnyx.call(from: "+15005550100", to: "+15005550199", script)
            try await scene.loop.until("the first webhook") { !scene.application.seen.webhooks.isEmpty }
            let answer = try await scene.action(
                "answer", call, [("stream_url", .string(scene.mediaURL)), ("client_state", .string("c3RhdGU="))])
            #expect(answer == (200, "ok"))
            try await scene.loop.until("the last webhook", within: .seconds(30)) { scene.telnyx.delivered == 8 }
            #expect(call.heard == "Hello, how can I help?")
            #expect(call.state == .ended(cause: "normal_clearing"))
            #expect(call.refusals == 0)
            let seen = scene.application.seen
            #expect(seen.words.joined(separator: " ") == "my name is Zoë")
            #expect(seen.keys == "42#")
            #expect(seen.marks == ["greeting"])
            #expect(seen.forged == 0)
            #expect(seen.events.prefix(3) == ["connected", "start", "media"])
            #expect(seen.events.last == "stop")
            #expect(seen.sequences == (1...seen.sequences.count).map(String.init))
            #expect(
                seen.webhooks.map(\.type) == [
                    "call.initiated", "call.answered", "streaming.started", "call.dtmf.received", "call.dtmf.received",
                    "call.dtmf.received", "streaming.stopped", "call.hangup",
                ])
            #expect(seen.webhooks.first?.state == nil)
            #expect(seen.webhooks.last?.state == "c3RhdGU=")
        }
    }

    @Test func `who interrupts does not hear what was cleared, and all marks come back`() async throws {
        let greeting = String(repeating: "Welcome to the bank, we have many things to tell you. ", count: 4)
        // At the pace of a real line, so that a busy machine can interrupt in time.
        try await Self.with(greeting: greeting, yields: true, change: { $0.frame = .milliseconds(20) }) { scene in
            let script = CallerScript([.hearWords(3), .say("stop please")])
            let call = scene.telnyx.call(from: "+15005550100", to: "+15005550199", script)
            _ = try await scene.action("answer", call, [("stream_url", .string(scene.mediaURL))])
            try await scene.loop.until("the interruption", within: .seconds(30)) {
                call.clears == 1 && scene.application.seen.words.count == 2
            }
            #expect(call.heard.hasPrefix("Welcome to the"))
            #expect(greeting.hasPrefix(call.heard))
            #expect(call.heard.count < greeting.count - 10)
            try await scene.loop.until("the mark") { scene.application.seen.marks == ["greeting"] }
        }
    }

    @Test func `a call we dial is answered, busy, refused or never answered`() async throws {
        let outcomes: [(CallerScript.Answer, String)] = [
            (.busy, "user_busy"), (.rejects, "call_rejected"), (.never, "timeout"),
        ]
        for (answer, cause) in outcomes {
            try await Self.with { scene in
                scene.telnyx.answers("+15005550199", CallerScript(answer: answer))
                let (status, body) = try await scene.post("/calls", scene.dialling + [("timeout_secs", .integer(0))])
                #expect(status == 200)
                #expect(body["data"]?["call_control_id"]?.text == scene.telnyx.calls[0].leg.control)
                try await scene.loop.until("the end") { scene.telnyx.calls[0].state == .ended(cause: cause) }
                try await scene.loop.until("the webhooks") { scene.telnyx.delivered == 2 }
                #expect(scene.application.seen.webhooks.map(\.type) == ["call.initiated", "call.hangup"])
            }
        }
        try await Self.with { scene in
            let dial = scene.dialling + [("stream_url", .string(scene.mediaURL)), ("command_id", .string("once"))]
            for _ in 0..<2 { _ = try await scene.post("/calls", dial) }
            #expect(scene.telnyx.calls.count == 1)
            try await scene.loop.until("the greeting") { scene.telnyx.calls[0].heard == "Hello, how can I help?" }
            #expect(try await scene.action("hangup", scene.telnyx.calls[0]) == (200, "ok"))
        }
    }

    @Test func `what cannot be done is refused as Telnyx refuses it`() async throws {
        try await Self.with { scene in
            let (status, _) = try await scene.post("/calls", scene.dialling, key: "wrong")
            #expect(status == 401)
            let call = scene.telnyx.call(from: "+15005550100", to: "+15005550199", CallerScript())
            #expect(try await scene.action("streaming_start", call) == (422, "90034"))
            #expect(try await scene.action("answer", call, [("client_state", .string("***"))]) == (422, "90017"))
            #expect(try await scene.action("dance", call) == (404, "10005"))
            #expect(try await scene.action("answer", call) == (200, "ok"))
            #expect(try await scene.action("streaming_stop", call) == (422, "90048"))
            #expect(try await scene.action("hangup", call, [("command_id", .string("a"))]) == (200, "ok"))
            // The same command again is no error; another one is.
            #expect(try await scene.action("hangup", call, [("command_id", .string("a"))]) == (200, "ok"))
            #expect(try await scene.action("hangup", call, [("command_id", .string("b"))]) == (422, "90018"))
            let nobody = try await scene.post("/calls/v3:nobody/actions/hangup", [])
            #expect(nobody.0 == 404)
            let bad = scene.dialling.map { $0.0 == "to" ? ("to", .string("5550199")) : $0 }
            #expect(try await scene.post("/calls", bad).0 == 422)
            scene.telnyx.stage.plan(.refused(status: 429), .refused(status: 503))
            #expect(try await scene.post("/calls", scene.dialling).0 == 429)
            #expect(try await scene.post("/calls", scene.dialling).0 == 503)
        }
    }

    @Test func `a stream that can't be opened is told, and the call goes on`() async throws {
        try await Self.with { scene in
            let call = scene.telnyx.call(from: "+15005550100", to: "+15005550199", CallerScript())
            _ = try await scene.action("answer", call, [("stream_url", .string("ws://127.0.0.1:1/"))])
            try await scene.loop.until("the webhook") {
                scene.application.seen.webhooks.contains { $0.type == "streaming.failed" }
            }
            #expect(call.state == .answered)
        }
    }

    @Test func `webhooks come twice and the later first when told to`() async throws {
        try await Self.with { settings in
            settings.copies = 2
            settings.swapsWebhooks = true
            settings.swapWindow = .seconds(1)
        } _: { scene in
            let call = scene.telnyx.call(from: "+15005550100", to: "+15005550199", CallerScript())
            _ = try await scene.action("answer", call)
            try await scene.loop.until("the webhooks") { scene.telnyx.delivered == 4 }
            let webhooks = scene.application.seen.webhooks
            #expect(webhooks.map(\.type) == ["call.answered", "call.answered", "call.initiated", "call.initiated"])
            #expect(Set(webhooks.map(\.id)).count == 2)
            #expect(scene.telnyx.events == ["call.initiated", "call.answered"])
        }
    }

    @Test func `a webhook that was not taken comes again, counted`() async throws {
        try await Self.with(failing: 2) { scene in
            scene.telnyx.call(from: "+15005550100", to: "+15005550199", CallerScript())
            try await scene.loop.until("the webhook") { scene.telnyx.delivered == 1 }
            #expect(scene.application.seen.webhooks.map(\.attempt) == [3])
        }
    }

    @Test func `Twilio's frames carry the same call`() async throws {
        try await Self.with { scene in
            let call = scene.telnyx.call(
                from: "+15005550100", to: "+15005550199",
                CallerScript([.hear(), .say("thank you"), .press("1"), .hangUp]))
            call.leg.parameters = [("callId", "7f")]
            call.answered()
            call.startStream(scene.mediaURL, .twilio)
            try await scene.loop.until("the end", within: .seconds(30)) { !call.isAlive }
            try await scene.loop.until("the stop") { scene.application.seen.events.last == "stop" }
            #expect(call.heard == "Hello, how can I help?")
            #expect(scene.application.seen.words == ["thank", "you"])
            #expect(scene.application.seen.keys == "1")
            #expect(scene.application.seen.marks == ["greeting"])
            #expect(call.refusals == 0)
        }
    }
}
