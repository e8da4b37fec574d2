import Domain
import HTTP
import Providers
import Store
import Wire

/// Where an organization is told of events.
enum EndpointRoutes {
    static let all: [APIRoute] = [list, create, get, change, delete, rotate, test]

    private static func desk(_ visit: Visit) -> EndpointDesk {
        EndpointDesk(visit.database, visit.outgoing.secrets, visit.meta)
    }

    private static let list = APIRoute.get(
        "/webhook-endpoints", needs: .webhooksRead,
        RouteWords(
            "list_webhook_endpoints", "Endpoints, the newest first", tag: "Webhooks", query: [.list([])],
            answers: .page("A page of them", EndpointShapes.endpoint))
    ) { visit in
        let place = try visit.place().map { (Timestamp(microseconds: $0.order), WebhookEndpointID($0.id)) }
        let (rows, total) = try await desk(visit).page(
            after: place, limit: visit.wish.limit + 1, countingAll: visit.wish.countsAll)
        return visit.page(rows, EndpointShapes.endpoint, total: total) {
            .init(order: $0.createdAt.microseconds, id: $0.id.uuid)
        }
    }

    private static let create = APIRoute.post(
        "/webhook-endpoints", needs: .webhooksWrite,
        RouteWords(
            "create_webhook_endpoint", "Lets an address be told of events", tag: "Webhooks",
            description: """
                `events` takes types (`call.ended`), families (`call.*`) and `*`, which is what it is if not said. Events from now on \
                are sent as `GET /events` shows them, signed as Standard Webhooks are, `webhook-id` being the event's. The secret is \
                shown now and never again.
                """,
            answers: .one(.created, "The endpoint, with its secret", EndpointShapes.withSecret),
            .conflict("too_many_endpoints: \(WebhookLimits.endpointsMax) are the most")),
        taking: EndpointInput.self
    ) { visit, input in
        try requireAddress(input.change, visit)
        let made = try await told { try await desk(visit).create(input.change) }
        return Answer.one(.init(row: made.row, secret: made.secret), EndpointShapes.withSecret, .created)
            .tagged(version: made.row.version).with(.location, "\(APIRoute.base)/webhook-endpoints/\(made.row.id)")
    }

    private static let get = APIRoute.get(
        "/webhook-endpoints/{id}", needs: .webhooksRead,
        RouteWords(
            "get_webhook_endpoint", "One endpoint, and how it is doing", tag: "Webhooks",
            answers: .one(.ok, "The endpoint", EndpointShapes.endpoint))
    ) { (visit: Visit, endpoint: WebhookEndpointID) in
        guard let row = try await desk(visit).get(endpoint) else { throw Problem.notFound }
        // How it is doing changes without a version.
        return Answer.one(row, EndpointShapes.endpoint).tagged(version: row.version)
    }

    private static let change = APIRoute.patch(
        "/webhook-endpoints/{id}", needs: .webhooksWrite,
        RouteWords(
            "change_webhook_endpoint", "Changes an endpoint", tag: "Webhooks",
            description: """
                One that is disabled is owed nothing. Enabled again, it begins with what comes from then on; `/replay` brings what it \
                missed.
                """,
            answers: .one(.ok, "The endpoint", EndpointShapes.endpoint), .notAsMatched),
        taking: EndpointPatch.self
    ) { (visit: Visit, input: EndpointPatch, endpoint: WebhookEndpointID) in
        try requireAddress(input.change, visit)
        let row = try await desk(visit).change(endpoint, input.change) { try visit.requireMatch(version: $0) }
        guard let row else { throw Problem.notFound }
        return Answer.one(row, EndpointShapes.endpoint).tagged(version: row.version)
    }

    private static let delete = APIRoute.delete(
        "/webhook-endpoints/{id}", needs: .webhooksWrite,
        RouteWords(
            "delete_webhook_endpoint", "Removes an endpoint and its ledger", tag: "Webhooks",
            answers: .nothing("It is gone"), .notAsMatched)
    ) { (visit: Visit, endpoint: WebhookEndpointID) in
        let isGone = try await desk(visit).delete(endpoint) { try visit.requireMatch(version: $0) }
        guard isGone else { throw Problem.notFound }
        return .nothing
    }

    private static let rotate = APIRoute.post(
        "/webhook-endpoints/{id}/rotate", needs: .webhooksWrite,
        RouteWords(
            "rotate_webhook_secret", "Gives an endpoint a new secret", tag: "Webhooks",
            description: "The old one signs as well for a day: `webhook-signature` then has two codes.",
            answers: .one(.ok, "The endpoint, with its new secret", EndpointShapes.withSecret), .notAsMatched)
    ) { (visit: Visit, endpoint: WebhookEndpointID) in
        let rotated = try await desk(visit).rotate(endpoint) { try visit.requireMatch(version: $0) }
        guard let rotated else { throw Problem.notFound }
        return Answer.one(.init(row: rotated.row, secret: rotated.secret), EndpointShapes.withSecret)
            .tagged(version: rotated.row.version)
    }

    private static let test = APIRoute.post(
        "/webhook-endpoints/{id}/test", needs: .webhooksWrite,
        RouteWords(
            "test_webhook_endpoint", "Sends an endpoint an event", tag: "Webhooks",
            description: """
                `webhook_endpoint.tested`, to this endpoint alone, whatever it listens to, and once; also where it is disabled. \
                `/deliveries?event_id=…` says what became of it.
                """,
            answers: .one(.accepted, "The event", EndpointShapes.test))
    ) { (visit: Visit, endpoint: WebhookEndpointID) in
        guard let event = try await desk(visit).test(endpoint) else { throw Problem.notFound }
        return .one(.init(event: event), EndpointShapes.test, .accepted)
    }

    // MARK: - How

    private static func requireAddress(_ change: EndpointChange, _ visit: Visit) throws(Problem) {
        guard let url = change.url, let fault = visit.outgoing.settings.fault(of: url) else { return }
        throw Problems.invalidBody([.init(pointer: "/url", message: fault)])
    }

    static func told<Value>(_ change: () async throws -> Value) async throws -> Value {
        do {
            return try await change()
        } catch let refusal as EndpointRefusal {
            switch refusal {
            case .tooMany:
                throw Problems.conflict(
                    "too_many_endpoints", "\(WebhookLimits.endpointsMax) are the most: delete one that is not needed")
            case .isDisabled: throw Problems.conflict("endpoint_disabled", "enable the endpoint first")
            case .isReplaying:
                throw Problems.conflict(
                    "replay_in_progress", "events are told this endpoint again already: wait for its end",
                    retryAfter: 10)
            }
        }
    }
}
