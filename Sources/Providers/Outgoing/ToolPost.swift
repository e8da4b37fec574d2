package import Crypto
package import Domain
package import HTTP
package import Loop

/// What became of asking a tool.
package enum ToolOutcome: Hashable, Sendable {
    /// What it said, which is not read yet.
    case answered([UInt8], status: Int)
    case failed(ToolFault, status: Int?)
}

/// Asks an agent's tool once, at an address that somebody else has chosen: so on the internet only, as far as the settings say, and
/// never on to where it is redirected. On its loop alone; `shutdown` comes before it is let go.
package final class ToolPost: Sendable {
    package static let connectMax = Duration.seconds(3)
    /// The model has to read what is answered, and the log keeps it.
    package static let answerBytesMax = 16 << 10

    private let http: HTTPClient

    package init(_ settings: WebhookSettings, on loop: Loop, trust: HTTPClientSettings.Trust = .system) {
        var own = HTTPClientSettings()
        own.addresses = settings.toPrivate ? .any : .publicOnly
        own.trust = trust
        http = HTTPClient(loop: loop, settings: own)
    }

    package func shutdown() { http.shutdown() }

    /// The key stays the same however often this use of the tool is tried, so whoever is asked can do it once. It is the id of what
    /// is signed, too.
    package func send(
        _ body: [UInt8], key: String, to url: String, secrets: [Crypto.Secret], within time: Duration
    ) async -> ToolOutcome {
        var request = ClientRequest(.post, url, body: .bytes(body))
        request.headers.add(.contentType, "application/json")
        request.headers.add(.accept, "application/json")
        request.headers.add("User-Agent", "Ledgerline-Tools/1")
        request.headers.add("Idempotency-Key", key)
        StandardWebhookSignature.sign(&request, id: key, body: body, secrets: secrets)
        request.deadlines.connect = min(Self.connectMax, time)
        (request.deadlines.firstByte, request.deadlines.idle, request.deadlines.total) = (time, time, time)
        request.responseBytesMax = Self.answerBytesMax
        request.repetition = .allowed
        do {
            let response = try await http.send(request)
            let status = Int(response.status.rawValue)
            // A redirection is no answer either.
            guard 200...299 ~= status else { return .failed(.refused, status: status) }
            return .answered(try await response.body.whole(), status: status)
        } catch let error as HTTPClientError {
            return .failed(Self.fault(error.code), status: nil)
        } catch {
            return .failed(.cancelled, status: nil)
        }
    }

    private static func fault(_ code: HTTPClientError.Code) -> ToolFault {
        switch code {
        case .unresolved, .addressRefused, .connectFailed, .tlsFailed, .certificateRefused, .connectionLost,
            .invalidURL:
            .unreachable
        case .deadline: .timedOut
        case .badResponse, .headTooLarge, .bodyTooLarge, .upgradeRefused, .other: .badAnswer
        case .tooManyRequests: .refused
        case .bodySourceFailed, .clientClosed: .cancelled
        }
    }
}
