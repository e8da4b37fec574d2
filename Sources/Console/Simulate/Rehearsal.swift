import Crypto
import Domain
import HTTP
import Loop
import Providers
import Simulators
import Wire

/// Plays one story: a person at a simulated carrier, and everything behind that as it really is. On its loop alone.
final class Rehearsal {
    /// How long a call may take until somebody answers, in all, and from the hanging up until its end is in the log.
    static let answerPatience = Duration.seconds(15)
    static let callPatience = Duration.seconds(300)
    static let endPatience = Duration.seconds(15)
    /// What the carrier tells when the end is in the log already shall not be missed.
    static let lastWords = Duration.seconds(1)
    /// How long what was said may be on its way into what is remembered.
    static let memoryPatience = Duration.seconds(15)
    /// How often the log is asked for more.
    private static let rhythm = Duration.milliseconds(100)

    struct Outcome {
        let call: String
        let facts: [CallFactView]
        let sound: SimulatedTape?
        /// Of the person, as far as the story asks for it.
        let memories: [String]
    }

    private let story: Story
    private let house: HouseClient
    private let carrier: TelnyxSimulator
    private let loop: Loop
    private let tell: (CallFactView) -> Void

    init(
        _ story: Story, _ house: HouseClient, _ carrier: TelnyxSimulator, on loop: Loop,
        tell: @escaping (CallFactView) -> Void
    ) {
        (self.story, self.house, self.carrier, self.loop, self.tell) = (story, house, carrier, loop, tell)
    }

    func play(agent: String, _ voice: CallerVoice) async throws -> Outcome {
        let script = CallerScript(
            try await steps(voice), answer: .answers(after: 500),
            machineAfter: story.machineAfter.map { Milliseconds($0) })
        let (line, call): (() -> SimulatedCall?, String)
        switch story.direction {
        case .inbound:
            let leg = carrier.call(from: story.person, to: story.number, script)
            (line, call) = ({ leg }, try await answered(leg))
        case .outbound:
            carrier.answers(story.person, script)
            let before = carrier.calls.count
            let made = try await house.done(
                .post, "/calls",
                .object([
                    ("agent_id", .string(agent)), ("to", .string(story.person)), ("from", .string(story.number)),
                ]))
            guard let id = made["id"]?.text else { throw Trouble("the API asked for a call without an id") }
            let carrier = carrier
            (line, call) = ({ carrier.calls.count > before ? carrier.calls[before] : nil }, id)
        }
        let facts = try await follow(call, line)
        return Outcome(call: call, facts: facts, sound: line()?.sound, memories: try await memories())
    }

    /// Remembering is nobody's hurry: it is waited for until all of it is there, or the patience is over.
    private func memories() async throws -> [String] {
        guard !story.expectations.remembered.isEmpty else { return [] }
        let limit = Moment.now + Self.memoryPatience
        var found: [String] = []
        repeat {
            try await loop.sleep(for: Self.rhythm)
            let number = PercentCoding.encode(story.person)
            guard let customer = try await house.rows("/customers?phone=\(number)").first?["id"]?.text else { continue }
            found = try await house.rows("/customers/\(customer)/memories?limit=200").compactMap { $0["content"]?.text }
        } while !story.expectations.isRemembered(in: found) && Moment.now < limit
        return found
    }

    private func steps(_ voice: CallerVoice) async throws -> [CallerScript.Step] {
        var steps: [CallerScript.Step] = []
        for step in story.steps {
            switch step {
            case .say(let text): steps.append(.play(try await voice.sound(of: text)))
            case .hear(let quiet): steps.append(.hearVoice(quietFor: Milliseconds(quiet)))
            case .hearFor(let time): steps.append(.hearVoiceFor(Milliseconds(time)))
            case .wait(let time): steps.append(.wait(Milliseconds(time)))
            case .press(let keys): steps.append(.press(keys))
            case .beep: steps.append(.beep)
            case .hangUp: steps.append(.hangUp)
            }
        }
        return steps
    }

    /// The call's id, which the platform has written on its leg.
    private func answered(_ leg: SimulatedCall) async throws -> String {
        let limit = Moment.now + Self.answerPatience
        while Moment.now < limit {
            if let state = leg.leg.clientState, let bytes = try? Base64.standard.decode(state),
                let tag = LegTag(String(decoding: bytes, as: UTF8.self))
            {
                return "\(tag.call)"
            }
            try await loop.sleep(for: Self.rhythm)
        }
        throw Trouble(
            """
            nobody has answered \(story.number) within \(Self.answerPatience). The logs of api and workers say why (`make logs`); \
            TELNYX_PUBLIC_KEYS must be the simulated carrier's
            """)
    }

    private func follow(_ call: String, _ line: () -> SimulatedCall?) async throws -> [CallFactView] {
        var facts: [CallFactView] = []
        let limit = Moment.now + Self.callPatience
        var overSince: Moment?
        var endedSince: Moment?
        while Moment.now < limit {
            for row in try await house.rows("/calls/\(call)/events?after=\(facts.last?.version ?? 0)") {
                guard let fact = CallFactView(row) else { throw Trouble("the API tells an event that I can't read") }
                facts.append(fact)
                tell(fact)
            }
            if facts.contains(where: { $0.type == "call.ended" }) {
                let since = endedSince ?? Moment.now
                endedSince = since
                if Moment.now - since >= Self.lastWords { return facts }
            } else if let line = line(), !line.isAlive {
                let since = overSince ?? Moment.now
                overSince = since
                guard Moment.now - since < Self.endPatience else {
                    throw Trouble(
                        "the person has hung up, and \(Self.endPatience) later the log does not say that call \(call) is over"
                    )
                }
            }
            try await loop.sleep(for: Self.rhythm)
        }
        line()?.hangUpNow()
        throw Trouble("call \(call) was not over after \(Self.callPatience): the simulated person has hung up")
    }
}
