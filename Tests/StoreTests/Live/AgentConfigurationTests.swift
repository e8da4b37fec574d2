import Crypto
import Domain
import Testing

@testable import Store

/// What calls take from the settings of an agent, and tickets that carry it.
struct AgentConfigurationTests {
    private static let whole = AgentConfiguration(
        .object([
            "persona": .object([
                "system_prompt": .string("You are {{ role }} for {{name}}."),
                "first_message": .string("Hello {{name}}, it is {{day}}, {{unclosed"),
                "tone_rules": .array([.string("Short."), .string("Kind.")]),
            ]),
            "language": .string("de"),
            "voice": .object(["voice": .string("warm-1"), "speed": .fractional(1.25)]),
            "providers": .object([
                "llm": .array([
                    .object(["provider": .string("second"), "priority": .integer(2)]),
                    .object(["provider": .string("first"), "priority": .integer(1)]),
                ])
            ]),
            "turn_taking": .object([
                "silence_ms": .integer(700), "silence_min_ms": .integer(400), "silence_max_ms": .integer(900),
                "speculates": .bool(false), "speculate_after_ms": .integer(80),
                "interruption_speech_ms": .integer(350), "interruption_words": .integer(3),
                "inactivity_ms": .integer(7_000), "duration_max_ms": .integer(60_000),
            ]),
        ]))

    private static var call: ConversationSettings {
        ConversationSettings(call: CallID(value: 1), direction: .inbound, recognizers: [], models: [], voices: [])
    }

    @Test func `everything that an agent sets is what its calls have`() {
        let agent = Self.whole
        #expect(agent.language == "de" && agent.voice == "warm-1" && agent.rate == 125)
        #expect(agent.chain(.llm) == ["first", "second"] && agent.chain(.stt) == [])
        #expect(agent.instructions.hasSuffix("\n\nHow to speak:\n- Short.\n- Kind."))
        var call = Self.call
        agent.setTimes(of: &call)
        #expect(call.endpointing.silence == 700 && call.endpointing.silenceMin == 400)
        #expect(call.endpointing.silenceMax == 900 && !call.endpointing.speculates)
        #expect(call.endpointing.speculateAfter == 80 && call.interruption.speaking == .init(speech: 350, words: 3))
        #expect(call.liveness.inactivity == 7_000 && call.liveness.duration == 60_000)
    }

    @Test(arguments: [
        Freeform.null, .object([:]),
        .object(["persona": .string("x"), "voice": .array([]), "turn_taking": .bool(true)]),
        .object(["voice": .object(["speed": .string("fast")]), "providers": .object(["llm": .integer(1)])]),
    ])
    func `what is missing or of another kind is as usual`(settings: Freeform) {
        let agent = AgentConfiguration(settings)
        #expect(agent.greeting == nil && agent.instructions == "" && agent.language == "en")
        #expect(agent.voice == nil && agent.rate == 100 && agent.chain(.llm) == [])
        var call = Self.call
        agent.setTimes(of: &call)
        #expect(call == Self.call)
    }

    @Test func `names in the texts are filled in, and those that nobody gave stay`() {
        let filled = Self.whole.filled(
            with: .object(["name": .string("Ada {{role}}"), "role": .integer(7), "other": .null]))
        #expect(filled.greeting == "Hello Ada {{role}}, it is {{day}}, {{unclosed")
        #expect(filled.instructions.hasPrefix("You are 7 for Ada {{role}}."))
        #expect(Self.whole.filled(with: nil) == Self.whole && Self.whole.filled(with: .object([:])) == Self.whole)
    }

    @Test func `a ticket arrives as it was issued`() throws {
        for leg in ["v3:a_b", nil] {
            let ticket = CallTicket(
                call: CallID(UUID.v7()), organization: OrganizationID(UUID.v7()), direction: .outbound, leg: leg,
                agent: Self.whole, key: leg.map { _ in WrappedKey(id: 7, bytes: [1, 2, 0xFF]) })
            #expect(CallTicket(ticket.bytes) == ticket)
            var again = ticket
            again.resumes = true
            #expect(CallTicket(again.bytes) == again && again != ticket)
        }
        #expect(CallTicket(Array("{}".utf8)) == nil && CallTicket([]) == nil)
    }

    @Test func `an errand is read as it was written`() {
        let call = CallID(UUID.v7())
        for errand: CallErrand in [
            .answer(call, leg: "v3:x"), .refuse(leg: "v3:y"), .dial(call), .openMedia(call, leg: "v3:z"), .hangUp(call),
            .handOver(call, leg: "v3:z"), .watch(call),
        ] {
            #expect(CallErrand(errand.kind, args: errand.args) == errand)
        }
        for kind in CallErrand.Kind.allCases { #expect(CallErrand(kind, args: Array("{}".utf8)) == nil) }
    }

    @Test func `tools over HTTP are taken, and a name of ours stays ours`() {
        func tool(_ name: String, _ more: [String: Freeform]) -> Freeform {
            let usual: [String: Freeform] = [
                "name": .string(name), "description": .string("d"), "kind": .string("http"),
                "url": .string("https://a"),
            ]
            return .object(usual.merging(more) { $1 })
        }
        let agent = AgentConfiguration(
            .object([
                "tools": .array([
                    tool(
                        "find",
                        [
                            "mode": .string("background"), "timeout_ms": .integer(700), "filler": .string("Wait."),
                            "parameters": .object([:]),
                        ]),
                    tool("end_call", [:]), tool("own", ["kind": .string("builtin")]), tool("lost", ["url": .null]),
                    tool("usual", [:]),
                ])
            ]))
        #expect(agent.tools.map(\.name) == ["find", "usual"])
        #expect(agent.tools.map(\.isBackground) == [true, false] && agent.tools.map(\.timeout) == [700, 5_000])
        #expect(agent.tools.map(\.parameters) == [.object([:]), .object(["type": .string("object")])])
        #expect(agent.tools.map(\.filler) == ["Wait.", nil])
        #expect(AgentConfiguration(.null).tools.isEmpty)
    }
}
