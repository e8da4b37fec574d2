import Testing

@testable import Providers

/// What is taken from a caller's words.
struct SlotReadingTests {
    @Test(
        arguments: [
            ("the number is four two seven one", "4271"), ("four two, double seven", "4277"), ("it's 4271.", "4271"),
            ("it's \u{664}\u{662}\u{667}\u{661}", "4271"),
            ("um four um two seven one", "4271"), ("forty two seven one", "4271"), ("four two oh one", "4201"),
            ("four two seven", nil), ("my card is lost", nil), ("", nil),
        ] as [(String, String?)])
    func `four digits`(text: String, value: String?) {
        #expect(SlotReading.read(.digits(4), text, .asked) == value)
    }

    @Test(
        arguments: [
            ("twenty one", "21"), ("a hundred and five", "105"), ("three thousand two hundred", "3200"),
            ("about 12 of them", "12"),
            ("none", nil), (Array(repeating: "hundred", count: 40).joined(separator: " "), nil),
        ] as [(String, String?)])
    func `a number`(text: String, value: String?) { #expect(SlotReading.read(.number, text, .asked) == value) }

    @Test func `a name, more boldly when we have asked for one`() {
        #expect(SlotReading.read(.name, "my name is john smith", .overheard) == "John Smith")
        #expect(SlotReading.read(.name, "i am calling about my card", .overheard) == nil)
        #expect(SlotReading.read(.name, "john smith", .overheard) == nil)
        #expect(SlotReading.read(.name, "john smith", .asked) == "John Smith")
        #expect(SlotReading.read(.name, "yes it's ana", .asked) == "Ana")
        #expect(SlotReading.read(.name, "i do not want to tell you my name now", .asked) == nil)
    }

    @Test(
        arguments: [
            ("on the third of march please", "3 March"), ("march the twenty first", "21 March"), ("May 5th", "5 May"),
            ("tomorrow at three", "tomorrow"), ("next tuesday", "next Tuesday"), ("may i ask something", nil),
            ("the thirty first of december", "31 December"), ("the twenty 9223372036854775807 may", nil),
        ] as [(String, String?)])
    func `a date`(text: String, value: String?) { #expect(SlotReading.read(.date, text, .asked) == value) }

    @Test(
        arguments: [
            ("at three", "3:00"), ("three thirty p m", "3:30 pm"), ("half past nine", "9:30"),
            ("quarter to one", "12:45"),
            ("ten o'clock in the morning", "10:00 am"), ("in the afternoon", "afternoon"), ("three", "3:00"),
            ("three cards", nil),
            ("i have three cards to send", nil),
        ] as [(String, String?)])
    func `a time`(text: String, value: String?) { #expect(SlotReading.read(.time, text, .asked) == value) }

    @Test(
        arguments: [
            ("it is john dot smith at example dot com", "john.smith@example.com"),
            ("ana_7@example.co.uk.", "ana_7@example.co.uk"),
            ("j o at my dash bank dot org", "jo@my-bank.org"), ("meet me at home", nil),
        ] as [(String, String?)])
    func `an e-mail address`(text: String, value: String?) { #expect(SlotReading.read(.email, text, .asked) == value) }

    @Test(
        arguments: [
            ("S W one A one A A", "SW1A1AA"), ("my postcode is SW1A 1AA", "SW1A1AA"),
            ("nine four one one zero", "94110"),
            ("i do not know", nil),
        ] as [(String, String?)])
    func `a postcode`(text: String, value: String?) { #expect(SlotReading.read(.postcode, text, .asked) == value) }

    @Test func `one of several, or whatever is said`() {
        #expect(SlotReading.read(.choice(["gold card", "silver"]), "The Gold card, please", .overheard) == "gold card")
        #expect(SlotReading.read(.choice(["gold", "silver"]), "the golden one", .asked) == nil)
        #expect(SlotReading.read(.text, "It is broken. ", .asked) == "It is broken")
        #expect(SlotReading.read(.text, "It is broken", .overheard) == nil)
    }
}
