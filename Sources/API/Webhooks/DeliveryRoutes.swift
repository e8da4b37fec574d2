import Domain
import HTTP
import Jobs
import Store
import Wire

/// What endpoints were sent, and are to be sent again.
enum DeliveryRoutes {
    static let all: [APIRoute] = [list, retry, replay]

    private static let list = APIRoute.get(
        "/webhook-endpoints/{id}/deliveries", needs: .webhooksRead,
        RouteWords(
            "list_webhook_deliveries", "What an endpoint was sent, the newest first", tag: "Webhooks",
            description: "For \(WebhookLimits.keptFor.components.seconds / 86_400) days.",
            query: [.list(DeliveryLedger.fields)], answers: .page("A page of them", EndpointShapes.delivery))
    ) { (visit: Visit, endpoint: WebhookEndpointID) in
        guard try await EndpointDesk(visit.database, visit.outgoing.secrets, visit.meta).get(endpoint) != nil else {
            throw Problem.notFound
        }
        let place = try visit.place().map { (Timestamp(microseconds: $0.order), WebhookDeliveryID($0.id)) }
        let (rows, total) = try await DeliveryLedger(visit.database, visit.meta).page(
            of: endpoint, visit.wish.filters, after: place, limit: visit.wish.limit + 1,
            countingAll: visit.wish.countsAll)
        return visit.page(rows, EndpointShapes.delivery, total: total) {
            .init(order: $0.createdAt.microseconds, id: $0.id.uuid)
        }
    }

    private static let retry = APIRoute.post(
        "/webhook-endpoints/{id}/deliveries/{delivery}/retry", needs: .webhooksWrite,
        RouteWords(
            "retry_webhook_delivery", "Sends an event once more", tag: "Webhooks",
            description: "At once, with all attempts before it, under the same id; also what had arrived.",
            answers: .one(.accepted, "The delivery", EndpointShapes.delivery), .conflict("endpoint_disabled"))
    ) { (visit: Visit, endpoint: WebhookEndpointID, delivery: WebhookDeliveryID) in
        let row = try await EndpointRoutes.told {
            try await DeliveryLedger(visit.database, visit.meta).retry(delivery, of: endpoint)
        }
        guard let row else { throw Problem.notFound }
        return .one(row, EndpointShapes.delivery, .accepted)
    }

    private static let replay = APIRoute.post(
        "/webhook-endpoints/{id}/replay", needs: .webhooksWrite,
        RouteWords(
            "replay_webhooks", "Sends everything from a place on once more", tag: "Webhooks",
            description: """
                From a `cursor` of `GET /events`, or a time of the last \(WebhookLimits.replayMax.components.seconds / 86_400) days: \
                whatever the endpoint listens to now, up to now, under the ids it had.
                """,
            answers: .one(.accepted, "The job that sees to it", EndpointShapes.replay),
            .conflict("endpoint_disabled or replay_in_progress")),
        taking: ReplayInput.self
    ) { (visit: Visit, input: ReplayInput, endpoint: WebhookEndpointID) in
        let range = ReplayRange(from: try start(input, visit))
        let job = try await EndpointRoutes.told {
            try await DeliveryLedger(visit.database, visit.meta).replay(range, to: endpoint)
        }
        guard let job else { throw Problem.notFound }
        return .one(.init(job: job.number), EndpointShapes.replay, .accepted)
    }

    private static func start(_ input: ReplayInput, _ visit: Visit) throws(Problem) -> ReplayRange.Start {
        if let cursor = input.cursor {
            let reader = TailReader(visit.database)
            guard let place = visit.tail.place(in: cursor, of: visit.identity.organization, reader) else {
                throw Problems.invalidBody([.init(pointer: "/from_cursor", message: "is no cursor of GET /events")])
            }
            return .place(place)
        }
        guard let time = input.time, time >= .now - WebhookLimits.replayMax else {
            let days = WebhookLimits.replayMax.components.seconds / 86_400
            throw Problems.invalidBody([.init(pointer: "/from_time", message: "is not of the last \(days) days")])
        }
        return .time(time)
    }
}
