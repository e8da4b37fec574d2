import Crypto
import HTTP
import Loop
import Wire

/// Delivers one event as Telnyx does: signed, tried again after a failure, and sometimes twice or late.
struct WebhookPost: Sendable {
    static let attemptsMax = 4

    let url: String
    let id: String
    let type: String
    /// RFC 3339.
    let occurredAt: String
    let payload: JSONValue

    func body(attempt: Int) -> [UInt8] {
        JSONValue.object([
            (
                "data",
                .object([
                    ("event_type", .string(type)), ("id", .string(id)), ("occurred_at", .string(occurredAt)),
                    ("payload", payload), ("record_type", .string("event")),
                ])
            ),
            ("meta", .object([("attempt", .integer(Int64(attempt))), ("delivered_to", .string(url))])),
        ]).bytes()
    }

    /// Signs `timestamp|body` and sends it; the status it was answered with, nil if there was no answer.
    func send(attempt: Int, seconds: Int64, key: Ed25519.PrivateKey, _ client: HTTPClient) async -> UInt16? {
        let body = body(attempt: attempt)
        let signature = key.sign((Array("\(seconds)|".utf8) + body).span)
        var request = ClientRequest(
            .post, url,
            headers: Headers([
                .contentType: "application/json", "User-Agent": "telnyx-webhooks",
                "Telnyx-Signature-Ed25519": Base64.standard.encode(signature.span),
                "Telnyx-Timestamp": "\(seconds)",
            ]), body: .bytes(body))
        request.deadlines.total = .seconds(2)
        guard let response = try? await client.send(request) else { return nil }
        _ = try? await response.body.whole()
        return response.status.rawValue
    }
}
