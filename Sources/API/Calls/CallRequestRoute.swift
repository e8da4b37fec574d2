import Domain
import HTTP
import Jobs
import Store
import Wire

/// Calls that somebody asks us to make.
enum CallRequestRoute {
    /// Of metadata and of variables, as JSON.
    static let documentBytesMax = CallChangeDesk.metadataBytesMax

    private struct NewCall: BodyInput {
        static let example = JSONValue.object([
            ("agent_id", .string(Examples.id)), ("to", .string("+15550100002")), ("from", .string("+15550100001")),
            ("metadata", .object([("order", .string("4711"))])),
            ("dynamic_variables", .object([("name", .string("Ada"))])),
        ])

        let wish: CallRequestDesk.Wish

        init(_ body: inout BodyReader) {
            let agent = AgentID(body.id("agent_id"))
            let to = body.textOrNil(
                "to", in: Reach.phoneLength, isRequired: true, Reach.phoneWords, matching: Reach.phonePattern,
                where: Reach.isPhone)
            var wish = CallRequestDesk.Wish(agent: agent, to: Private(to ?? ""))
            wish.from = body.textOrNil(
                "from", in: Reach.phoneLength, Reach.phoneWords, matching: Reach.phonePattern, where: Reach.isPhone
            )
            .map { Private($0) }
            CallRequestRoute.read(&body, into: &wish)
            self.wish = wish
        }
    }

    /// What may be said of any call that somebody asks for, whatever it goes over.
    static func read(_ body: inout BodyReader, into wish: inout CallRequestDesk.Wish) {
        func document(_ name: String, _ body: inout BodyReader) -> Private<Freeform>? {
            body.documentOrNil(name, bytesMax: documentBytesMax).map { Private(Freeform($0)) }
        }
        wish.customer = body.idOrNil("customer_id").map { CustomerID($0) }
        wish.metadata = document("metadata", &body)
        wish.variables = document("dynamic_variables", &body)
    }

    static let request = APIRoute.post(
        "/calls", needs: .callsWrite,
        RouteWords(
            "request_call", "Calls somebody", tag: "Calls",
            description: """
                The call is `queued` and dialled at once; what becomes of it is told by its events. Without `from` a number of the \
                organization's is taken, the agent's first. `{{name}}` in the agent's texts is filled in from `dynamic_variables`.
                """,
            answers: .one(.accepted, "The call, about to be dialled", CallShapes.call)),
        taking: NewCall.self
    ) { visit, input in
        do {
            let row = try await CallRequestDesk(visit.database, visit.meta).request(input.wish) { call, session in
                try await JobBoard.enqueue(
                    [NewJob(.dial(call), of: visit.identity.organization.uuid)], in: session)
            }
            await visit.bell.ring()
            return Answer.one(row, CallShapes.call, .accepted).with(.location, "\(APIRoute.base)/calls/\(row.id)")
        } catch let refusal as CallRequestDesk.Refusal {
            throw Problems.invalidBody([fault(refusal)])
        }
    }

    static func fault(_ refusal: CallRequestDesk.Refusal) -> Problem.Fault {
        switch refusal {
        case .noSuchAgent: .init(pointer: "/agent_id", message: "is no agent that was published")
        case .noSuchNumber: .init(pointer: "/from", message: "is no number of yours that calls can go out from")
        case .unpaid: .init(pointer: "/agent_id", message: "can't be called: calls are not paid")
        case .noSuchCustomer: .init(pointer: "/customer_id", message: "is no customer of yours")
        }
    }
}
