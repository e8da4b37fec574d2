import Crypto
import Domain
import HTTP
import Loop
import Synchronization
import Wire

@testable import Simulators

/// The least that can answer a call: takes webhooks and believes only signed ones, says a greeting and writes down what it hears.
final class Application: Sendable {
    struct Seen: Sendable {
        /// Type, id, attempt and state of each webhook, in the order of their coming.
        var webhooks: [(type: String, id: String, attempt: Int64, state: String?)] = []
        var forged = 0
        var words: [String] = []
        var keys = ""
        var marks: [String] = []
        var events: [String] = []
        var sequences: [String] = []
    }

    let greeting: String
    /// Whether the first word of the caller silences it.
    let yields: Bool
    private let facts = Mutex(Seen())
    private let failures: Mutex<Int>
    private let key: Ed25519.PublicKey

    init(_ key: Ed25519.PublicKey, greeting: String, yields: Bool = false, failing: Int = 0) {
        (self.key, self.greeting, self.yields) = (key, greeting, yields)
        failures = Mutex(failing)
    }

    var seen: Seen { facts.withLock { $0 } }

    var routes: [Route] {
        [
            Route(.post, "/hooks") { [self] request in take(request) },
            Route(.get, "/media") { [self] request in .webSocket(for: request) { try await self.converse($0) } },
        ]
    }

    private func take(_ request: Request) -> Response {
        let isDue = failures.withLock { left in
            defer { left = max(0, left - 1) }
            return left > 0
        }
        if isDue { return Response(.serviceUnavailable) }
        let stamp = request.headers["Telnyx-Timestamp"] ?? ""
        let signature = (try? Base64.standard.decode(request.headers["Telnyx-Signature-Ed25519"] ?? "")) ?? []
        let isTrue = key.isValid(signature.span, for: (Array("\(stamp)|".utf8) + request.body).span)
        guard isTrue, let document = try? JSONValue(json: request.body), let data = document["data"] else {
            facts.withLock { $0.forged += 1 }
            return Response(.unauthorized)
        }
        facts.withLock {
            $0.webhooks.append(
                (
                    data["event_type"]?.text ?? "", data["id"]?.text ?? "",
                    document["meta"]?["attempt"]?.wholeNumber ?? 0, data["payload"]?["client_state"]?.text
                ))
        }
        return Response(.ok)
    }

    private func converse(_ socket: WebSocket) async throws {
        var ear = WordEar()
        var sound = SimulatedSound(.telephone)
        var stream = ""
        while let message = try await socket.receive() {
            let frame = try JSONValue(json: message.bytes)
            let event = frame["event"]?.text ?? ""
            facts.withLock {
                if $0.events.last != event { $0.events.append(event) }
                if let sequence = (frame["sequence_number"] ?? frame["sequenceNumber"])?.text {
                    $0.sequences.append(sequence)
                }
            }
            switch event {
            case "start":
                stream = frame["streamSid"]?.text ?? ""
                let audio = SimulatedSound(.telephone).bytes(WordTones().speak(greeting).samples)
                try await say(
                    [
                        ("event", .string("media")),
                        ("media", .object([("payload", .string(Base64.standard.encode(audio.span)))])),
                    ], stream, socket)
                try await say(
                    [("event", .string("mark")), ("mark", .object([("name", .string("greeting"))]))], stream, socket)
            case "media":
                let audio = try Base64.standard.decode(frame["media"]?["payload"]?.text ?? "")
                for case .word(let word) in ear.hear(sound.samples(audio)) {
                    let isFirst = facts.withLock {
                        $0.words.append(word.text.revealed)
                        return $0.words.count == 1
                    }
                    if isFirst, yields { try await say([("event", .string("clear"))], stream, socket) }
                }
            case "dtmf": facts.withLock { $0.keys += frame["dtmf"]?["digit"]?.text ?? "" }
            case "mark": facts.withLock { $0.marks.append(frame["mark"]?["name"]?.text ?? "") }
            default: break
            }
        }
    }

    private func say(_ members: [(String, JSONValue)], _ stream: String, _ socket: WebSocket) async throws {
        let all = stream.isEmpty ? members : members + [("streamSid", .string(stream))]
        try await socket.send(JSONValue.object(all).written)
    }
}
