package import Crypto
package import Domain
package import Store
import Wire

/// A call as it is told line by line, a second after the other. Ids follow from its number, so that the same story told in another
/// database is the same to the last byte.
package struct CallStory: Sendable {
    package let call: UUID
    package private(set) var events: [NewEvent] = []
    private let number: UInt128
    private var count: UInt128 = 0
    private var turn: TurnID?

    package init(_ number: Int, agent: AgentID? = nil, customer: CustomerID? = nil) throws {
        self.number = UInt128(number + 1) << 40
        call = UUID(value: self.number | 0x7 << 76 | 1 << 63)
        try add(
            .callReceived(
                CallReceived(
                    from: Private("+15550100002"), to: Private("+15550100001"),
                    leg: CarrierLeg(carrier: "telnyx", control: "v3:\(number)"), agent: agent,
                    agentVersion: agent == nil ? nil : 1, customer: customer)))
        try add(.callAnswered(CallAnswered()))
    }

    private mutating func next() -> UInt128 {
        count += 1
        return number | count | 0x7 << 76 | 1 << 63
    }

    private var now: Instant {
        Instant(microseconds: 1_760_000_000_000_000 + Int64(number >> 40) * 600_000_000 + Int64(count) * 1_000_000)
    }

    package mutating func add(_ event: CallEvent) throws {
        let id = EventID(value: next())
        events.append(try NewEvent(.call(event), id: id, at: now))
    }

    package mutating func caller(_ text: String, mood: Double? = nil) throws {
        let turn = TurnID(value: next())
        self.turn = turn
        try add(.callerSaid(CallerSaid(turn: turn, text: Private(text), startedAt: 0, endedAt: 500, provider: "p")))
        guard let score = mood.flatMap({ Score($0) }) else { return }
        let label: Sentiment = score.value <= -0.5 ? .frustrated : .positive
        try add(.sentimentScored(SentimentScored(turn: turn, score: score, label: label, model: "m")))
    }

    package mutating func agent(_ text: String) throws {
        try add(
            .agentSpoke(
                AgentSpoke(
                    utterance: UtteranceID(value: next()), generated: Private(text), heard: Private(text),
                    heardFor: 500, isInterrupted: false, voice: "v", provider: "p")))
    }

    package mutating func tool(_ name: String, _ arguments: [String: Freeform] = [:], gives: Freeform?) throws {
        let use = ToolCallID(value: next())
        try add(
            .toolCalled(
                ToolCalled(
                    toolCall: use, turn: turn, name: name, arguments: Private(.object(arguments)), idempotencyKey: "k"))
        )
        if let gives {
            try add(.toolReturned(ToolReturned(toolCall: use, name: name, result: Private(gives))))
        } else {
            try add(.toolFailed(ToolFailed(toolCall: use, name: name, fault: .unreachable)))
        }
    }

    package mutating func end(_ reason: EndedReason = .callerHungUp) throws {
        try add(.callEnded(CallEnded(reason: reason, faultOwner: reason.faultOwner, duration: 4_000, isBillable: true)))
    }

    /// Somebody wants one, by a way that leads nowhere most of the time.
    mutating func appointment(works: Bool) throws {
        try caller("please book an appointment on friday")
        try tool("look_in_old_calendar", gives: .object(["free": .bool(works)]))
        try tool("book_slot", ["day": .string("friday")], gives: works ? .object([:]) : nil)
        try agent(works ? "You are booked for friday at nine." : "I could not reach the calendar.")
        try caller(works ? "thanks bye" : "that is annoying", mood: works ? 0.4 : -0.9)
    }

    // MARK: - Histories

    package static let agents = [AgentID(value: 0xA9 << 76), AgentID(value: 0xAA << 76)]
    package static func customer(_ number: Int) -> CustomerID { CustomerID(value: UInt128(0xC000 + number) << 64) }

    /// What customers ask of two agents: the first finds orders, the second books, and fails when its calendar does.
    package static func history(_ calls: Int, customers: Int) throws -> [CallStory] {
        try (0..<calls).map { number in
            var story = try CallStory(
                number, agent: agents[number % 2], customer: customer(number / 2 % customers))
            if number % 2 == 0 {
                try story.agent("Hello, this is the order desk. How can I help you?")
                try story.caller("where is my order, I have waited for \(number) days", mood: -0.25)
                try story.agent("What is the number of your order?")
                try story.caller("it is order \(1000 + number)")
                try story.tool(
                    "find_order", ["order_number": .integer(Int64(1000 + number))],
                    gives: .object(["status": .string("shipped")]))
                try story.agent("Order \(1000 + number) left us and will arrive tomorrow.")
                try story.caller("thank you goodbye", mood: 0.5)
                try story.end()
            } else {
                try story.agent("Hello, the practice, what can I do for you?")
                try story.appointment(works: number % 8 == 1)
                try story.end()
            }
            return story
        }
    }
}
