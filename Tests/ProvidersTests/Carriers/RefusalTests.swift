import Domain
import HTTP
import Providers
import Testing

/// What it means for a call that a carrier would not begin it, and whether asking again may help.
struct RefusalTests {
    @Test(
        arguments: [
            (.refused(status: 422, code: "10016"), .destinationInvalid),
            (.refused(status: 403, code: nil), .destinationNotAllowed),
            (.refused(status: 422, code: "90041"), .concurrencyLimitReached),
            (.refused(status: 403, code: "90043"), .concurrencyLimitReached),
            (.refused(status: 401, code: "10009"), .carrierRefused), (.badAnswer, .carrierUnavailable),
            (.notConfigured("TELNYX_API_KEY"), .internalError),
            (.unsupported(.twilio, command: "bridge"), .internalError),
        ] as [(CarrierError, EndedReason)])
    func `what is refused for good has its reason`(error: CarrierError, reason: EndedReason) {
        #expect(EndedReason(refusal: error) == reason && error.isFinal)
    }

    @Test(
        arguments: [
            (.overloaded, .carrierCongested), (.failed(status: 500), .carrierUnavailable),
            (.resting, .carrierUnavailable),
            (.unreachable(.connectionLost), .carrierUnavailable), (.cancelled, .internalError),
        ] as [(CarrierError, EndedReason)])
    func `what may pass is tried again`(error: CarrierError, reason: EndedReason) {
        #expect(EndedReason(refusal: error) == reason && !error.isFinal)
    }
}
