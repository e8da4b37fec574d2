import HTTP
import Process
import Providers

/// What Telnyx tells of calls.
struct TelnyxDoor: Sendable {
    let door: Door
    let signature: TelnyxSignature
    let desk: CallDesk

    func route(_ bench: @escaping @Sendable () -> Workbench) -> Route {
        Route(
            .post, "/webhooks/telnyx/call",
            Doors.words(
                "take_telnyx_webhook", "Takes what Telnyx tells of a call", "Signed with Ed25519 over `timestamp|body`."
            )
        ) { (request: Request) in
            let signed = try door.signed(request)
            let at = try door.believed { () throws(WebhookRefusal) in try signature.check(signed, at: door.now()) }
            let webhook = try door.read { () throws(WebhookFault) in try TelnyxWebhook(request.body) }
            let taken = try await desk.take(webhook.notice, signedAt: at, body: request.body, at: bench())
            return door.answer(taken.verdict)
        }
    }
}
