import Crypto
import Domain
import HTTP
import Jobs
import Store
import Wire

/// What a call that is live can be told to do. It is done where the call lives, and the answer comes from there.
enum CallControlRoutes {
    static let all: [APIRoute] = [
        hangUp, stop, interrupt, cancel, say, inject, mute, keys, transfer,
    ]
    static let components = [shape.component]

    static let textLength = 1...2_000
    static let keysLength = 1...Limit.keys

    /// What became of an order.
    struct Carried: Sendable {
        enum Outcome: String, CaseIterable, Sendable {
            /// The call has it.
            case taken
            /// Nobody carries the call yet, or any more: its carrier is asked to end it.
            case ordered
        }

        let call: CallID
        let outcome: Outcome
        let state: ConversationState?
    }

    private static let shape = JSONShape<Carried>(
        "CallOrder",
        [
            .id("call_id") { $0.call }, .word("outcome") { $0.outcome }, .wordOrNull("conversation") { $0.state },
        ])

    // MARK: - Orders without words

    private static let hangUp = plain("hangup", "hang_up_call", "Ends a call", .hangUp)
    private static let stop = plain(
        "emergency-stop", "stop_call", "Ends a call at once, whatever is being said", .emergencyStop)
    private static let interrupt = plain(
        "interrupt", "interrupt_call", "Has the agent be silent and listen; what was heard stays said", .interrupt)
    private static let cancel = plain(
        "cancel", "cancel_turn", "Has the agent drop what it thinks, says and waits for", .cancel)

    private static func plain(_ path: String, _ name: String, _ summary: String, _ control: Control) -> APIRoute {
        APIRoute.post("/calls/{id}/\(path)", needs: .callsWrite, words(name, summary)) {
            (visit: Visit, call: CallID) in try await give(control, to: call, visit)
        }
    }

    private static func words(_ name: String, _ summary: String) -> RouteWords {
        RouteWords(
            name, summary, tag: "Calls", answers: .one(.accepted, "What became of it", shape),
            .conflict("call_not_live: nobody has answered yet, or the call is over"),
            .init(
                .serviceUnavailable, "not_confirmed: the process that carries the call did not say so in time",
                .named("Problem"), contentType: .problem))
    }

    // MARK: - Orders with words

    private struct Line: BodyInput {
        static let example = JSONValue.object([("text", .string("One moment, please."))])
        let control: Control

        init(_ body: inout BodyReader) {
            let text = body.text("text", in: CallControlRoutes.textLength)
            control = .say(Private(text), isInterruptible: body.flag("interruptible", else: true))
        }
    }

    private static let say = APIRoute.post(
        "/calls/{id}/say", needs: .callsWrite, words("say_in_call", "Has the agent say something"), taking: Line.self
    ) { (visit: Visit, input: Line, call: CallID) in try await give(input.control, to: call, visit) }

    private struct Note: BodyInput {
        static let example = JSONValue.object([("text", .string("The order has been sent."))])
        let control: Control

        init(_ body: inout BodyReader) {
            let text = body.text("text", in: CallControlRoutes.textLength)
            control = .inject(Private(text), replies: body.flag("replies", else: false))
        }
    }

    private static let inject = APIRoute.post(
        "/calls/{id}/inject", needs: .callsWrite,
        words("inject_into_call", "Tells the model something that the caller does not hear"), taking: Note.self
    ) { (visit: Visit, input: Note, call: CallID) in try await give(input.control, to: call, visit) }

    private struct Muting: BodyInput {
        static let example = JSONValue.object([("muted", .bool(true))])
        let control: Control

        init(_ body: inout BodyReader) { control = body.flag("muted", else: true) ? .mute : .unmute }
    }

    private static let mute = APIRoute.post(
        "/calls/{id}/mute", needs: .callsWrite,
        words("mute_call", "Has the agent listen only, or take part again"), taking: Muting.self
    ) { (visit: Visit, input: Muting, call: CallID) in try await give(input.control, to: call, visit) }

    private struct Keys: BodyInput {
        static let example = JSONValue.object([("digits", .string("12#"))])
        let control: Control

        init(_ body: inout BodyReader) {
            let digits = body.textOrNil(
                "digits", in: CallControlRoutes.keysLength, isRequired: true,
                "keys out of 0-9 * # A-D, and w or W to wait for half a second or a whole one"
            ) { text in text.allSatisfy { "0123456789*#ABCDwW".contains($0) } }
            control = .sendKeys(Private(digits ?? ""))
        }
    }

    private static let keys = APIRoute.post(
        "/calls/{id}/dtmf", needs: .callsWrite, words("press_keys", "Presses keys of the telephone"), taking: Keys.self
    ) { (visit: Visit, input: Keys, call: CallID) in try await give(input.control, to: call, visit) }

    private struct HandOver: BodyInput {
        static let example = JSONValue.object([("to", .string("+15550100003"))])
        let control: Control

        init(_ body: inout BodyReader) {
            let to = body.textOrNil(
                "to", in: Reach.phoneLength, isRequired: true, Reach.phoneWords, matching: Reach.phonePattern,
                where: Reach.isPhone)
            control = .transfer(target: Private(to ?? ""), body.word("mode", else: TransferMode.blind))
        }
    }

    private static let transfer = APIRoute.post(
        "/calls/{id}/transfer", needs: .callsWrite,
        words("transfer_call", "Hands the caller over to somebody else, after the last word"), taking: HandOver.self
    ) { (visit: Visit, input: HandOver, call: CallID) in try await give(input.control, to: call, visit) }

    // MARK: - How

    private static let notLive = Problems.conflict(
        "call_not_live", "nobody has answered yet, or the call is over: see its `status`")

    private static func give(_ control: Control, to call: CallID, _ visit: Visit) async throws -> Answer {
        guard try await StreamDesk(visit.database).isThere(call.uuid, kind: .call) else { throw Problem.notFound }
        switch try await visit.live.give(control, to: call, of: visit.database) {
        case .taken(let state):
            let event = try told(control, .taken, visit)
            try await tell(event, of: call, visit)
            return answer(Carried(call: call, outcome: .taken, state: state))
        case .notLive: break
        case .unconfirmed:
            let event = try told(control, .unconfirmed, visit)
            try await tell(event, of: call, visit)
            throw Problem(
                .serviceUnavailable, "not_confirmed",
                detail:
                    "the process that carries the call did not say so in time: see what the call does, then ask again")
        }
        guard control == .hangUp || control == .emergencyStop,
            let state = try await StreamDesk(visit.database).state(of: call, at: .max), state.end == nil
        else { throw notLive }
        let event = try told(control, .ordered, visit)
        try await visit.database.transaction { transaction in
            try await transaction.beyondTheWall { session in
                _ = try await JobBoard.enqueue(
                    [NewJob(.hangUp(call), of: visit.identity.organization.uuid)], in: session)
            }
            try await transaction.append([event], to: call.uuid, kind: .call)
        }
        await visit.bell.ring()
        return answer(Carried(call: call, outcome: .ordered, state: nil))
    }

    /// Who wanted it, which what the call does then does not say.
    private static func told(_ control: Control, _ outcome: CallOrdered.Outcome, _ visit: Visit) throws -> NewEvent {
        try .now(.call(.callOrdered(CallOrdered(order: control.order, outcome: outcome))), visit.meta)
    }

    private static func tell(_ event: NewEvent, of call: CallID, _ visit: Visit) async throws {
        _ = try await visit.database.transaction { try await $0.append([event], to: call.uuid, kind: .call) }
    }

    private static func answer(_ carried: Carried) -> Answer { .one(carried, shape, .accepted) }
}

extension Control {
    /// As the log names it, without what was said.
    fileprivate var order: CallOrdered.Order {
        switch self {
        case .interrupt: .interrupt
        case .cancel: .cancel
        case .emergencyStop: .emergencyStop
        case .say: .say
        case .inject: .inject
        case .mute: .mute
        case .unmute: .unmute
        case .sendKeys: .dtmf
        case .transfer: .transfer
        case .hangUp: .hangup
        case .expect: .expect
        }
    }
}
