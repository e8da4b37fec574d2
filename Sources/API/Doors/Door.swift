import HTTP
import Providers
import Store
import Wire

/// What all doors have in common: who comes is not let in by name but by signature, and hears little.
struct Door: Sendable {
    let provider: DoorSeries.Provider
    let series: DoorSeries
    /// Where senders know us, without a slash at its end.
    let publicURL: String
    let now: @Sendable () -> Timestamp

    /// Whatever is wrong with a signature, the answer is the same.
    static let refusal = Problem(
        .unauthorized, "invalid_signature",
        detail: "sign the raw body with the key that is configured here, and send it within five minutes")

    func signed(_ request: Request) throws(Problem) -> SignedRequest {
        guard request.body.count <= DoorLimits.bodyBytesMax else {
            throw Problem(
                .contentTooLarge, "body_too_large", detail: "at most \(DoorLimits.bodyBytesMax) bytes are taken")
        }
        return SignedRequest(
            request.method.rawValue, url: publicURL + request.target, headers: request.headers, body: request.body)
    }

    func believed<Value>(_ check: () throws(WebhookRefusal) -> Value) throws(Problem) -> Value {
        do throws(WebhookRefusal) { return try check() } catch {
            series.count(error, from: provider)
            throw Self.refusal
        }
    }

    func read<Value>(_ body: () throws(WebhookFault) -> Value) throws(Problem) -> Value {
        do throws(WebhookFault) { return try body() } catch {
            series.count(.unreadable, from: provider)
            throw Problem(.badRequest, "unreadable_webhook", detail: "\(error.field) is missing or of another kind")
        }
    }

    func answer(_ verdict: WebhookVerdict) -> Response {
        series.count(verdict, from: provider)
        return .json(Array(#"{"verdict":"\#(verdict.rawValue)"}"#.utf8))
    }
}
