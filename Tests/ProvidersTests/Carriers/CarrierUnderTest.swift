import HTTP
import Loop
import Providers
import Service
import Synchronization
import TestKit

/// A carrier of the test's own, on a real socket: what it was asked, and what it answers.
final class CarrierUnderTest: Sendable {
    struct Asked: Sendable {
        let target: String
        let headers: Headers
        let body: String
    }

    private struct State {
        var asked: [Asked] = []
        var answers: [Response]
        var pauses: [Duration] = []
        var now = Duration.zero
    }

    private let state: Mutex<State>

    /// The last answer is given again and again.
    private init(_ answers: [Response]) { state = Mutex(State(answers: answers)) }

    var asked: [Asked] { state.withLock { $0.asked } }
    var pauses: [Duration] { state.withLock { $0.pauses } }

    func passes(_ duration: Duration) { state.withLock { $0.now += duration } }
    func answers(_ answers: Response...) { state.withLock { $0.answers = answers } }

    static func json(_ status: UInt16, _ text: String) -> Response { .json(Array(text.utf8), status: Status(status)) }

    static func with(
        _ answers: Response...,
        body:
            @escaping @Sendable (CarrierUnderTest, _ settings: CarrierSettings, _ line: CarrierLine) async throws ->
            Void
    ) async throws {
        let carrier = CarrierUnderTest(answers)
        let handler: Handler = { request in
            carrier.state.withLock { state in
                state.asked.append(
                    Asked(
                        target: request.target, headers: request.headers,
                        body: String(decoding: request.body, as: UTF8.self)))
                return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
            }
        }
        try await ServerUnderTest.with(handler: handler) { server in
            let client = HTTPClient(loop: server.loops.first)
            let line = CarrierLine(client, carrier.surroundings)
            let result: Result<Void, any Error>
            do {
                result = .success(
                    try await body(carrier, settings(at: "http://127.0.0.1:\(server.server.port)/v2/"), line))
            } catch { result = .failure(error) }
            client.shutdown()
            try result.get()
        }
    }

    /// Nobody sleeps: time passes at once, and the least of what chance may choose.
    private var surroundings: CarrierLine.Surroundings {
        CarrierLine.Surroundings(
            now: { self.state.withLock { $0.now } },
            sleep: { pause in
                self.state.withLock {
                    $0.pauses.append(pause)
                    $0.now += pause
                }
            }, dice: { 0 })
    }

    static func settings(at url: String, _ more: [String: String] = [:]) -> CarrierSettings {
        let own = [
            "TELNYX_API_KEY": "KEY0123", "TELNYX_CONNECTION_ID": "2811212257810187875", "TELNYX_API_URL": url,
            "TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKENS": "token,older", "TWILIO_API_URL": url,
            "PUBLIC_URL": "https://voice.example.com/", "MEDIA_URL": "wss://media.example.com",
        ]
        var reader = SettingsReader(SettingsSource(own.merging(more) { $1 }))
        return CarrierSettings(&reader)
    }
}
