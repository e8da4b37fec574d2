import Crypto
import HTTP
import Wire

/// One form that Twilio posts, signed as Twilio does: HMAC-SHA1 over the address and the fields by their names.
struct TwilioCallback: Sendable {
    let url: String
    let fields: [(String, String)]

    /// What it was answered with; nil if there was no answer.
    func send(token: Secret, _ client: HTTPClient) async -> (status: UInt16, body: String)? {
        let message = url + fields.sorted { $0 < $1 }.map { $0.0 + $0.1 }.joined()
        let code = HMACSHA1.code(for: Array(message.utf8).span, key: token)
        let body = fields.map { "\($0.0)=\(PercentCoding.encode($0.1))" }.joined(separator: "&")
        var request = ClientRequest(
            .post, url,
            headers: Headers([
                .contentType: "application/x-www-form-urlencoded", "User-Agent": "TwilioProxy/1.1",
                "X-Twilio-Signature": Base64.standard.encode(code.span),
            ]), body: .bytes(Array(body.utf8)))
        request.deadlines.total = .seconds(5)
        guard let response = try? await client.send(request), let bytes = try? await response.body.whole() else {
            return nil
        }
        return (response.status.rawValue, String(decoding: bytes, as: UTF8.self))
    }

    /// To the second, as in mail.
    static func mailTime(_ time: Timestamp) -> String {
        // 2026-11-21T19:13:00.000000Z
        let text = Array(time.description)
        func part(_ range: Range<Int>) -> String { String(text[range]) }
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let day = days[Int(time.microseconds / 86_400_000_000 % 7)]
        let month = months[(Int(part(5..<7)) ?? 1) - 1]
        return "\(day), \(part(8..<10)) \(month) \(part(0..<4)) \(part(11..<19)) +0000"
    }
}
