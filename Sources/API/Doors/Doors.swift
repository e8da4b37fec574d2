import Crypto
import HTTP
import Process
import Providers
import Service
import Store
import Wire

/// Where others tell us things: carriers of calls, Stripe of payments, HubSpot of contacts. No token opens them, a signature does.
enum Doors {
    static func routes(_ station: Station, _ settings: APISettings, _ sealing: Sealing?) -> [Route] {
        let series = DoorSeries(station.metrics)
        var url = settings.house.carrier.publicURL.revealed
        while url.hasSuffix("/") { url.removeLast() }
        let publicURL = url
        func door(_ provider: DoorSeries.Provider) -> Door {
            Door(provider: provider, series: series, publicURL: publicURL, now: { .now })
        }
        let finder = LogHandle()
        let calls = CallDesk(finder, LegMemory(), sealing, station.benches)
        let carrier = settings.house.carrier
        return [
            TelnyxDoor(
                door: door(.telnyx), signature: TelnyxSignature(carrier.telnyxPublicKeys.compactMap { .init($0) }),
                desk: calls
            ).route { station.bench },
            TwilioDoor(
                door: door(.twilio), signature: TwilioSignature(carrier.twilioTokens.map { .init(text: $0.revealed) }),
                desk: calls,
                answering: TwilioAnswering(
                    finder: finder, publicURL: publicURL, mediaURL: carrier.mediaURL.text, sealing: sealing)
            ).route { station.bench },
            StripeDoor(
                door: door(.stripe),
                signature: StripeSignature(settings.doors.stripeSecrets.map { .init(text: $0.revealed) }),
                finder: finder
            ).route { station.bench.postgres },
            HubSpotDoor(
                door: door(.hubspot),
                signature: HubSpotSignature(settings.doors.hubSpotSecrets.map { .init(text: $0.revealed) }),
                desk: ContactDesk(finder: finder, sealing: sealing)
            ).route { station.bench.postgres },
        ]
    }

    /// How a door is described.
    static func words(
        _ name: String, _ summary: String, _ description: String, query: [RouteDocumentation.QueryParameter] = [],
        others: [RouteDocumentation.Answer] = []
    ) -> RouteDocumentation {
        var words = RouteDocumentation(
            summary, description: description, tags: ["Webhooks"], query: query, body: .anything,
            answers: answers + others)
        words.name = name
        words.access = .everybody
        return words
    }

    private static let answers: [RouteDocumentation.Answer] = [
        .init(.ok, "Taken, now or before", .object(.required("verdict", .string))),
        .init(.badRequest, "Signed as it should be, and not readable", .named("Problem"), contentType: .problem),
        .init(.unauthorized, "The signature is missing, stale or wrong", .named("Problem"), contentType: .problem),
        .init(.contentTooLarge, "Longer than any webhook", .named("Problem"), contentType: .problem),
        .init(.serviceUnavailable, "Send it again in a moment", .named("Problem"), contentType: .problem),
    ]
}
