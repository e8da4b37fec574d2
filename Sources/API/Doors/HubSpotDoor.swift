import HTTP
import Postgres
import Providers
import Store

/// What HubSpot tells of contacts, up to a hundred events at a time. Each is taken by itself: when one fails, all come again, and
/// those that were taken are duplicates then.
struct HubSpotDoor: Sendable {
    let door: Door
    let signature: HubSpotSignature
    let desk: ContactDesk

    func route(_ pool: @escaping @Sendable () -> PostgresPool) -> Route {
        Route(
            .post, "/webhooks/hubspot",
            Doors.words(
                "take_hubspot_webhook", "Takes what HubSpot tells of contacts",
                "Signed with HMAC-SHA256 over method, address, body and time; the third version.")
        ) { (request: Request) in
            let signed = try door.signed(request)
            let at = try door.believed { () throws(WebhookRefusal) in try signature.check(signed, at: door.now()) }
            let events = try door.read { () throws(WebhookFault) in try HubSpotEvent.all(request.body) }
            var last = WebhookVerdict.acknowledged
            for event in events {
                last = try await desk.take(event, signedAt: at, body: request.body, through: pool())
                door.series.count(last, from: door.provider)
            }
            return .json(Array(#"{"taken":\#(events.count),"verdict":"\#(last.rawValue)"}"#.utf8))
        }
    }
}
