package import Domain

/// A call of a seed, judged by the law book.
package struct RandomCall {
    package let seed: UInt64
    /// Nil if every law held.
    package private(set) var breach: String?
    package private(set) var moves: Set<Move> = []
    package private(set) var endedAs: EndedReason?
    package private(set) var inputs: [(Instant, Input)] = []
    /// Of each input.
    package private(set) var made: [[Effect]] = []
    package var effects: [Effect] { made.flatMap { $0 } }
    /// Both, to read.
    package var log: [String] {
        zip(inputs, made).flatMap { input, effects in
            ["\(input.0.since(inputs[0].0).count) ← \(input.1)"] + effects.map { "    → \($0)" }
        }
    }
    private let keeps: Bool

    /// Keeping inputs and effects takes room, and is for those who want to look.
    package init(seed: UInt64, steps: Int = 220, keeps: Bool = false) {
        self.seed = seed
        self.keeps = keeps
        var world = World(seed: seed)
        var call = Conversation(Self.settings(of: seed), seed: seed, at: world.now)
        var laws = LawBook()
        var step: [Effect] = []
        step.reserveCapacity(64)

        func handle(_ input: Input, _ world: inout World, _ call: inout Conversation, _ laws: inout LawBook) {
            step.removeAll(keepingCapacity: true)
            let instant = world.now
            call.handle(input, at: instant, into: &step)
            var lead: Milliseconds = 0
            for effect in step {
                world.perform(effect)
                switch effect {
                case .send, .hold: lead = max(lead, world.carrierEnd.since(instant))
                default: break
                }
                if case .record(.callEnded(let event)) = effect { endedAs = event.reason }
            }
            laws.check(input, step, at: instant, lead: lead, in: call)
            if keeps {
                inputs.append((instant, input))
                made.append(step)
            }
        }

        handle(.mediaStarted(media: "m1", codec: .pcmu, sampleRate: 8_000), &world, &call, &laws)
        for _ in 0..<steps where laws.breach == nil {
            let input = world.next()
            handle(input, &world, &call, &laws)
        }
        if laws.breach == nil { handle(.control(.emergencyStop), &world, &call, &laws) }
        for _ in 0..<12 where laws.breach == nil {
            let input = world.next()
            handle(input, &world, &call, &laws)
        }
        if laws.breach == nil { laws.checkEnd() }
        breach = laws.breach
        moves = laws.moves
    }

    /// The same inputs once more, into a machine of its own.
    package func again() -> [Effect] {
        var call = Conversation(Self.settings(of: seed), seed: seed, at: inputs[0].0)
        var effects: [Effect] = []
        for (instant, input) in inputs { call.handle(input, at: instant, into: &effects) }
        return effects
    }

    package static func settings(of seed: UInt64) -> ConversationSettings {
        var settings = ConversationSettings(
            call: CallID(value: UInt128(seed) + 1), direction: seed % 3 == 0 ? .outbound : .inbound,
            recognizers: ["ears", "spare ears"],
            models: [ModelName(provider: "first", model: "a"), ModelName(provider: "second", model: "b")],
            voices: [VoiceName(provider: "v1", voice: "ada"), VoiceName(provider: "v2", voice: "ben")])
        settings.tools = [
            ToolDefinition(name: "look", timeout: 2_500), ToolDefinition(name: "later", mode: .background),
        ]
        settings.lines.greeting = seed % 4 == 0 ? nil : "Hello, this is the house of tables. How may I help you?"
        settings.lines.voicemail = seed % 2 == 0 ? nil : "Please call us back."
        settings.playout.hasMarks = seed % 5 != 0
        settings.liveness.inactivity = 4_000
        settings.liveness.media = 3_000
        settings.liveness.transfer = 4_000
        return settings
    }
}
