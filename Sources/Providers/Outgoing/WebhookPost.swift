package import Crypto
package import Domain
package import HTTP
package import Loop
import Wire

/// Sends a webhook once, to an address that somebody else has chosen: so to the internet only, as far as the settings say, and
/// never on to where it is redirected. On its loop alone; `shutdown` comes before it is let go.
package final class WebhookPost: Sendable {
    /// From the call to the last byte.
    package static let totalMax = Duration.seconds(15)
    package static let connectMax = Duration.seconds(5)
    /// What is answered means nothing to us but its status. So much of it is read, so that the connection can be kept.
    package static let answerBytesMax = 64 << 10

    private let http: HTTPClient

    package init(_ settings: WebhookSettings, on loop: Loop, trust: HTTPClientSettings.Trust = .system) {
        var own = HTTPClientSettings()
        own.addresses = settings.toPrivate ? .any : .publicOnly
        own.trust = trust
        http = HTTPClient(loop: loop, settings: own)
    }

    package func shutdown() { http.shutdown() }

    /// The id is the event's and stays; the moment is this attempt's. Throws only `CancellationError`, and where we are closed.
    package func send(
        _ body: [UInt8], id: String, to url: String, secrets: [Crypto.Secret]
    ) async throws -> WebhookOutcome {
        var request = ClientRequest(.post, url, body: .bytes(body))
        request.headers.add(.contentType, "application/json")
        request.headers.add("User-Agent", "Ledgerline-Webhooks/1")
        StandardWebhookSignature.sign(&request, id: id, body: body, secrets: secrets)
        request.deadlines.connect = Self.connectMax
        request.deadlines.firstByte = Self.totalMax
        request.deadlines.total = Self.totalMax
        // A longer one must not hide its status: we stop reading, see `drain`.
        request.responseBytesMax = nil
        // Who receives knows it again by its id.
        request.repetition = .allowed
        do {
            let response = try await http.send(request)
            await drain(response.body)
            return .answered(
                status: Int(response.status.rawValue), retryAfter: RetryAfter.read(response.headers))
        } catch let error as HTTPClientError {
            guard let fault = Self.fault(error.code) else { throw error }
            return .failed(fault)
        }
    }

    /// Whatever becomes of the rest, the status is there. Letting go of what is too long ends its connection.
    private func drain(_ body: ClientBody) async {
        var count = 0
        do {
            while count <= Self.answerBytesMax, let piece = try await body.next() { count += piece.count }
        } catch {}
    }

    /// Nil for what is ours and not the receiver's.
    private static func fault(_ code: HTTPClientError.Code) -> DeliveryFault? {
        switch code {
        case .unresolved: .unresolved
        case .addressRefused: .addressRefused
        case .connectFailed: .connectFailed
        case .tlsFailed: .tlsFailed
        case .certificateRefused: .certificateRefused
        case .deadline: .timedOut
        case .connectionLost: .connectionLost
        case .badResponse, .headTooLarge, .bodyTooLarge, .invalidURL, .upgradeRefused, .other: .badResponse
        case .bodySourceFailed, .tooManyRequests, .clientClosed: nil
        }
    }
}
