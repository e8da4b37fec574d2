package import Crypto
import Domain
package import Store
import Wire

/// 200 calls by 20 customers, ten of each, and what a person who has read them would say that was to be learned.
///
/// Everybody calls once in each round. Customers 7 and 17 ask for what is in the warehouse; of the others, who make an even sum with the
/// round asks for an order, and who makes an odd one wants an appointment, which every fifth customer gets.
package enum ScriptedHistory {
    package static let customers = 20
    package static let rounds = 10

    /// They are known before they call.
    package static func people() throws -> [(customer: UUID, event: NewEvent)] {
        try (0..<customers).map { number in
            let customer = CallStory.customer(number).uuid
            let fact = CustomerCreated(name: Private("Customer \(number)"))
            let event = try NewEvent(
                .customer(.customerCreated(fact)), id: EventID(value: customer.value + 1),
                at: Instant(microseconds: 1_750_000_000_000_000))
            return (customer, event)
        }
    }

    package static func round(_ round: Int) throws -> [CallStory] {
        try (0..<customers).map { try call(of: $0, in: round) }
    }

    private static func call(of customer: Int, in round: Int) throws -> CallStory {
        let number = round * customers + customer
        let isAboutStock = customer % 10 == 7
        let isAboutOrder = isAboutStock || (customer + round).isMultiple(of: 2)
        var story = try CallStory(
            number, agent: CallStory.agents[isAboutOrder ? 0 : 1], customer: CallStory.customer(customer))
        try story.agent(isAboutOrder ? "Hello, this is the order desk." : "Hello, the practice.")
        try teach(&story, by: customer, in: round, order: 1_000 + number)
        switch (isAboutStock, isAboutOrder) {
        case (true, _):
            // It was of use in the beginning.
            let helps = round < 2
            try story.caller("do you have the green lamp")
            try story.tool("ask_warehouse", gives: .object(["found": .bool(helps)]))
            try story.agent(helps ? "The warehouse has it." : "The warehouse does not know.")
            try story.caller(helps ? "thank you goodbye" : "that is annoying", mood: helps ? 0.5 : -0.9)
        case (_, true):
            try story.caller("where is my order \(1_000 + number)", mood: -0.25)
            try story.tool(
                "find_order", ["order_number": .integer(Int64(1_000 + number))],
                gives: .object(["status": .string("shipped")]))
            try story.agent("Order \(1_000 + number) left us and will arrive tomorrow.")
            try story.caller("thank you goodbye", mood: 0.5)
        case (_, false):
            try story.appointment(works: customer.isMultiple(of: 5))
        }
        try story.end()
        return story
    }

    /// What an agent was asked to keep.
    private static func teach(_ story: inout CallStory, by customer: Int, in round: Int, order: Int) throws {
        func remember(_ text: String, about: String? = nil, _ kind: MemoryKind) throws {
            var asked: [String: Freeform] = ["text": .string(text), "kind": .string(kind.rawValue)]
            asked["about"] = about.map { .string($0) }
            try story.tool(BuiltInTool.remember.rawValue, asked, gives: .object(["status": .string("noted")]))
            try story.agent("I have noted that.")
        }
        switch round {
        case 0,
            5 where customer.isMultiple(of: 5):
            try story.caller("please deliver to the office")
            try remember("the office", about: "Delivery place", .preference)
        case 1 where !customer.isMultiple(of: 2):
            try story.caller("i would like a call back about order \(order)")
            try remember("a call back about order \(order)", .promise)
        case 2 where customer.isMultiple(of: 3):
            try story.caller("the lamp of order \(order) arrived broken")
            try remember("the lamp of order \(order) arrived broken", .issue)
        case 3 where customer.isMultiple(of: 4):
            try story.caller("from now on deliver to my home")
            try remember("my home", about: "Delivery place", .preference)
        default: break
        }
    }

    // MARK: - What is to be learned, written by hand

    /// Everybody's last call: who asked for an order was not glad to have to, and got it; who wanted an appointment got it or did not.
    private static let glad = "sentiment Seemed content in an earlier call."
    private static let upset = "sentiment Seemed upset in an earlier call."
    private static let mixed = "sentiment Seemed unhappy at first and content at the end, in an earlier call."

    /// Of every customer, in the order of their kinds and words.
    package static let memories: [[String]] = [
        ["issue the lamp of order 1040 arrived broken", "preference Delivery place: the office", glad],
        ["preference Delivery place: the office", "promise a call back about order 1021", mixed],
        ["preference Delivery place: the office", upset],
        [
            "issue the lamp of order 1043 arrived broken", "preference Delivery place: the office",
            "promise a call back about order 1023", mixed,
        ],
        ["preference Delivery place: my home", upset],
        ["preference Delivery place: the office", "promise a call back about order 1025", mixed],
        ["issue the lamp of order 1046 arrived broken", "preference Delivery place: the office", upset],
        ["preference Delivery place: the office", "promise a call back about order 1027", upset],
        ["preference Delivery place: my home", upset],
        [
            "issue the lamp of order 1049 arrived broken", "preference Delivery place: the office",
            "promise a call back about order 1029", mixed,
        ],
        ["preference Delivery place: the office", glad],
        ["preference Delivery place: the office", "promise a call back about order 1031", mixed],
        ["issue the lamp of order 1052 arrived broken", "preference Delivery place: my home", upset],
        ["preference Delivery place: the office", "promise a call back about order 1033", mixed],
        ["preference Delivery place: the office", upset],
        [
            "issue the lamp of order 1055 arrived broken", "preference Delivery place: the office",
            "promise a call back about order 1035", mixed,
        ],
        ["preference Delivery place: my home", upset],
        ["preference Delivery place: the office", "promise a call back about order 1037", upset],
        ["issue the lamp of order 1058 arrived broken", "preference Delivery place: the office", upset],
        ["preference Delivery place: the office", "promise a call back about order 1039", mixed],
    ]

    /// What the log was told of them: 20 offices, 5 homes, one of which is an office again; and who said "the office" twice. And how each
    /// of 200 calls was felt about, of which 20 were the last ones.
    package static let told = ["memory.corrected": 3, "memory.forgotten": 186, "memory.remembered": 243]

    /// Kind, words, calls in which it was seen until nobody counted any more, rate of success, and whose it is.
    package static let patterns = [
        "phrasing Say “Order #### left us and will arrive tomorrow.” 90 1.0000 - orders",
        "phrasing Say “The warehouse has it.” 4 1.0000 - orders",
        "phrasing Say “You are booked for friday at nine.” 20 1.0000 - visits",
        // Four of four at first, and then no more: after the sixteenth call there is no doubt.
        "tool_path Use ask_warehouse. 16 0.2500 underperformed orders",
        "tool_path Use find_order. 90 1.0000 - orders",
        "tool_path Use look_in_old_calendar, then book_slot. 20 1.0000 - visits",
    ]

    /// Calls, those that went well, and those that did not.
    package static let looks = [200, 114, 86]
}
