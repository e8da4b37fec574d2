import Crypto
import Domain
import HTTP
import Store
import Wire

/// The numbers that people call an organization at, and the agents that answer there.
enum PhoneNumberRoutes {
    static let all: [APIRoute] = [list, create, get, change, delete]
    static let components = [shape.component]

    enum Carrier: String, CaseIterable, Sendable { case telnyx, twilio }

    static let connection = 1...200

    private static let shape = JSONShape<PhoneNumberRow>(
        "PhoneNumber",
        [
            .id("id") { $0.id },
            .number("version", 1) { Int64($0.version) },
            .text("number", "+15550100001") { $0.number.revealed },
            .idOrNull("agent_id") { $0.agent },
            .numberOrNull("agent_version", 2) { $0.agentVersion.map(Int64.init) },
            .text("carrier", Carrier.telnyx.rawValue) { $0.carrier },
            .textOrNull("connection", "1293384261075731499") { $0.connection },
            .time("created_at") { $0.createdAt },
        ])

    private static let list = APIRoute.get(
        "/phone-numbers", needs: .agentsRead,
        RouteWords(
            "list_phone_numbers", "Phone numbers, the newest first", tag: "Phone numbers",
            query: [.list(PhoneNumberDesk.fields)], answers: .page("A page of them", shape))
    ) { visit in
        let place = try visit.place().map { (Timestamp(microseconds: $0.order), PhoneNumberID($0.id)) }
        let (rows, total) = try await PhoneNumberDesk(visit.database, visit.meta).page(
            visit.wish.filters, after: place, limit: visit.wish.limit + 1, countingAll: visit.wish.countsAll)
        return visit.page(rows, shape, total: total) { .init(order: $0.createdAt.microseconds, id: $0.id.uuid) }
    }

    private struct NewNumber: BodyInput {
        static let example = JSONValue.object([
            ("number", .string("+15550100001")), ("agent_id", .string(Examples.id)),
            ("carrier", .string(Carrier.telnyx.rawValue)),
        ])

        let number: Private<String>
        let agent: AgentID
        let agentVersion: Int32?
        let carrier: Carrier
        let connection: String?

        init(_ body: inout BodyReader) {
            let text = body.textOrNil(
                "number", in: Reach.phoneLength, isRequired: true, Reach.phoneWords, matching: Reach.phonePattern,
                where: Reach.isPhone)
            number = Private(text ?? "")
            agent = AgentID(body.id("agent_id"))
            agentVersion = body.numberOrNil("agent_version", in: 1...Int(Int32.max)).map { Int32($0) }
            carrier = body.word("carrier", else: .telnyx)
            connection = body.textOrNil("connection", in: PhoneNumberRoutes.connection)
        }
    }

    private static let create = APIRoute.post(
        "/phone-numbers", needs: .agentsWrite,
        RouteWords(
            "create_phone_number", "Lets an agent answer at a number", tag: "Phone numbers",
            description: "Without `agent_version` calls run on whatever version is live when they begin.",
            answers: .one(.created, "The number", shape), .conflict("number_taken: each number has one place")),
        taking: NewNumber.self
    ) { visit, input in
        do {
            let row = try await PhoneNumberDesk(visit.database, visit.meta).create(
                input.number, agent: input.agent, version: input.agentVersion, carrier: input.carrier.rawValue,
                connection: input.connection)
            return Answer.one(row, shape, .created).tagged(version: row.version)
                .with(.location, "\(APIRoute.base)/phone-numbers/\(row.id)")
        } catch let refusal as PhoneNumberRefusal {
            throw problem(refusal)
        }
    }

    private static func problem(_ refusal: PhoneNumberRefusal) -> Problem {
        switch refusal {
        case .isTaken: Problems.conflict("number_taken", "this number is in use: delete it where it is")
        case .noSuchAgent:
            Problems.invalidBody([.init(pointer: "/agent_id", message: "is no agent that was published")])
        case .noSuchVersion:
            Problems.invalidBody([.init(pointer: "/agent_version", message: "is no version of this agent")])
        }
    }

    private static let get = APIRoute.get(
        "/phone-numbers/{id}", needs: .agentsRead,
        RouteWords("get_phone_number", "One number", tag: "Phone numbers", answers: .one(.ok, "The number", shape))
    ) { (visit: Visit, number: PhoneNumberID) in
        guard let row = try await PhoneNumberDesk(visit.database, visit.meta).get(number) else {
            throw Problem.notFound
        }
        return visit.tagged(.one(row, shape), version: row.version)
    }

    private struct NumberPatch: BodyInput {
        static let example = JSONValue.object([("agent_id", .string(Examples.id)), ("agent_version", .null)])

        let change: PhoneNumberChange

        init(_ body: inout BodyReader) {
            body.isPartial = true
            let agent = body.idOrNil("agent_id").map { AgentID($0) }
            let version = body.numberOrNil("agent_version", in: 1...Int(Int32.max)).map { Int32($0) }
            let connection = body.textOrNil("connection", in: PhoneNumberRoutes.connection)
            change = PhoneNumberChange(
                agent: agent,
                agentVersion: version.map { .some($0) } ?? (body.clears("agent_version") ? .some(nil) : nil),
                connection: connection.map { .some($0) } ?? (body.clears("connection") ? .some(nil) : nil))
        }
    }

    private static let change = APIRoute.patch(
        "/phone-numbers/{id}", needs: .agentsWrite,
        RouteWords(
            "change_phone_number", "Lets another agent answer at a number", tag: "Phone numbers",
            description: """
                What is not named stays, except that another `agent_id` without an `agent_version` runs on whatever version is live.
                """,
            answers: .one(.ok, "The number", shape), .notAsMatched),
        taking: NumberPatch.self
    ) { (visit: Visit, input: NumberPatch, number: PhoneNumberID) in
        do {
            let row = try await PhoneNumberDesk(visit.database, visit.meta).change(number, input.change) {
                try visit.requireMatch(version: $0)
            }
            guard let row else { throw Problem.notFound }
            return Answer.one(row, shape).tagged(version: row.version)
        } catch let refusal as PhoneNumberRefusal {
            throw problem(refusal)
        }
    }

    private static let delete = APIRoute.delete(
        "/phone-numbers/{id}", needs: .agentsWrite,
        RouteWords(
            "delete_phone_number", "Gives a number up", tag: "Phone numbers",
            description: "Calls to it are nobody's from now on.", answers: .nothing("It is gone"), .notAsMatched)
    ) { (visit: Visit, number: PhoneNumberID) in
        let isGone = try await PhoneNumberDesk(visit.database, visit.meta).delete(number) {
            try visit.requireMatch(version: $0)
        }
        guard isGone else { throw Problem.notFound }
        return .nothing
    }
}
