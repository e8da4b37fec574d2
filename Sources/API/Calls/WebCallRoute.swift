import Domain
import HTTP
import Jobs
import Store
import Wire

/// Calls that somebody holds in a browser.
enum WebCallRoute {
    static let components = [shape.component]

    private struct Opened: Sendable {
        let call: CallID
        let mediaURL: String
        let expiresAt: Timestamp
    }

    private static let shape = JSONShape<Opened>(
        "WebCall",
        [
            .id("id") { $0.call },
            .text("media_url", "wss://example.org/media/web/…") { $0.mediaURL },
            .time("expires_at") { $0.expiresAt },
        ])

    private struct NewWebCall: BodyInput {
        static let example = JSONValue.object([
            ("agent_id", .string(Examples.id)), ("metadata", .object([("page", .string("/help"))])),
            ("dynamic_variables", .object([("name", .string("Ada"))])),
        ])

        let wish: CallRequestDesk.Wish

        init(_ body: inout BodyReader) {
            var wish = CallRequestDesk.Wish(agent: AgentID(body.id("agent_id")), to: Private(""))
            CallRequestRoute.read(&body, into: &wish)
            self.wish = wish
        }
    }

    static let open = APIRoute.post(
        "/calls/web", needs: .callsWrite,
        RouteWords(
            "open_web_call", "Opens a call for a browser", tag: "Calls",
            description: """
                The browser opens a WebSocket at `media_url`, within two minutes and once: whoever has the address has the call, and \
                nothing else. What is said there is in docs/web-calls.md. A call that nobody opens ends as `start_timed_out`.
                """,
            answers: .one(.created, "Where the call is", shape),
            .conflict("budget_exhausted: what calls cost is not paid")),
        taking: NewWebCall.self
    ) { visit, input in
        do {
            let ticket = try await CallRequestDesk(visit.database, visit.meta).open(input.wish) { call, session in
                try await JobBoard.enqueue(
                    [NewJob(.watch(call), of: visit.identity.organization.uuid)], in: session)
            }
            let token = try await visit.media.tickets.issue(ticket)
            let opened = Opened(
                call: ticket.call, mediaURL: "\(visit.media.url)/media/web/\(token)",
                expiresAt: .now + RedisCallTickets.lifetime)
            return Answer.one(opened, shape, .created).with(.location, "\(APIRoute.base)/calls/\(ticket.call)")
        } catch CallRequestDesk.Refusal.unpaid {
            throw Problems.conflict("budget_exhausted", "what this organization's calls cost is not paid")
        } catch let refusal as CallRequestDesk.Refusal {
            throw Problems.invalidBody([CallRequestRoute.fault(refusal)])
        }
    }
}

/// Where media streams are opened, and what opens them.
struct MediaDesk: Sendable {
    let tickets: any CallTickets
    /// Without a slash at its end.
    let url: String
}
