import Domain
package import HTTP
import Process
package import Providers
import Store
import Wire

/// What Twilio tells of calls. To a call that comes in it wants to hear what to do.
struct TwilioDoor: Sendable {
    private static let xml = ContentType("text/xml; charset=utf-8")
    /// In the address that we give: what the leg is to us.
    private static let tag = "tag"
    /// There too, where an answer has no number: which command it answers.
    private static let key = "key"

    let door: Door
    let signature: TwilioSignature
    let desk: CallDesk
    let answering: TwilioAnswering

    func route(_ bench: @escaping @Sendable () -> Workbench) -> Route {
        Route(
            .post, "/webhooks/twilio/{kind}",
            Doors.words(
                "take_twilio_webhook", "Takes what Twilio tells of a call",
                "Signed with HMAC-SHA1 over the address and the form.",
                query: [
                    .init(Self.tag, .string, "What the leg is to us"), .init(Self.key, .string, "What it answers"),
                ],
                others: [
                    .init(.ok, "What the call shall do", .string, contentType: Self.xml),
                    .init(.notFound, "Twilio tells of no such kind", .named("Problem"), contentType: .problem),
                ])
        ) { (request: Request, kind: TwilioWebhook.Kind) in
            let signed = try door.signed(request)
            let form = Query(request.body)
            try door.believed { () throws(WebhookRefusal) in
                guard let form else { throw .malformed }
                try signature.check(signed, form: form)
            }
            let now = door.now()
            let webhook = try door.read { () throws(WebhookFault) in
                guard let form else { throw .notAForm }
                return try TwilioWebhook(
                    kind, form, tag: request.query[Self.tag], key: request.query[Self.key],
                    received: Instant(microseconds: now.microseconds))
            }
            let taken = try await desk.take(webhook.notice, signedAt: nil, body: request.body, at: bench())
            let answer = door.answer(taken.verdict)
            guard kind == .voice || kind == .gather else { return answer }
            let markup = await markup(taken, webhook, at: bench())
            return Response(
                .ok, Self.xml, body: .bytes(Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\(markup)".utf8)))
        }
    }

    private func markup(_ taken: CallDesk.Taken, _ webhook: TwilioWebhook, at bench: Workbench) async -> String {
        guard taken.verdict == .applied || taken.verdict == .duplicate, let target = taken.target else {
            return TwilioMarkup.rejection
        }
        guard webhook.kind == .voice else { return TwilioMarkup.patience }
        return await answering.markup(
            CallID(target.stream), webhook.call, OrganizationID(target.organization), at: bench)
    }
}

extension TwilioWebhook.Kind: PathParameter {
    package static var schema: Schema { .oneOf(allCases.map(\.rawValue)) }

    package init?(path text: String) { self.init(rawValue: text) }
}
