package import HTTP
import Wire

/// A request as its sender signed it.
package struct SignedRequest: Sendable {
    /// How far a sender's clock, or the way to us, may be off: what all of them recommend.
    package static let tolerance: Duration = .seconds(300)

    package let method: String
    /// The whole address that was called, as the sender knows it: behind a proxy only our settings tell.
    package let url: String
    package let headers: Headers
    /// Exactly as it came. Parsed and written again it would be another one.
    package let body: [UInt8]

    package init(_ method: String = "POST", url: String, headers: Headers, body: [UInt8]) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }

    /// A header that must be there once: of two, the one that is checked may not be the one that counts.
    func header(_ name: HeaderName) throws(WebhookRefusal) -> String {
        let values = headers.values(of: name)
        guard values.count == 1, !values[0].isEmpty else { throw .headerMissing }
        return values[0]
    }

    /// Digits and nothing else, so that no two spellings of one time are signed.
    static func number(_ text: some StringProtocol) throws(WebhookRefusal) -> Int64 {
        guard !text.isEmpty, text.utf8.count <= 15, text.utf8.allSatisfy({ (48...57).contains($0) }),
            let number = Int64(text)
        else { throw .malformed }
        return number
    }

    static func requireRecent(_ signed: Timestamp, at now: Timestamp) throws(WebhookRefusal) {
        if now - signed > tolerance { throw .tooOld }
        if signed - now > tolerance { throw .tooNew }
    }
}
