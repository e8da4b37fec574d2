import Domain
import Testing

/// What is new, what is known, and what takes the place of something.
struct MemoryJudgeTests {
    private static let old = MemoryID(value: 1)
    private static let older = MemoryID(value: 2)

    private static func judge(
        _ text: String, _ kind: MemoryKind = .fact, known: [(MemoryID, MemoryKind, String)], likeness: Double = 0
    ) -> MemoryJudge.Verdict {
        MemoryJudge.judge(
            Private(text), kind,
            among: known.map { MemoryJudge.Known(memory: $0.0, kind: $0.1, content: Private($0.2)) },
            likeness: Dictionary(uniqueKeysWithValues: known.map { ($0.0, likeness) }))
    }

    @Test func `the same words are the same memory, however they are written`() {
        let known = [(Self.old, MemoryKind.fact, "Has a dog, called Rex.")]
        #expect(Self.judge("has a dog called rex", known: known) == .again(Self.old))
        #expect(Self.judge("has a dog called Max", known: known) == .new(insteadOf: []))
        #expect(Self.judge("Has a dog, called Rex.", .issue, known: known) == .new(insteadOf: []))
    }

    @Test func `other words are the same memory only if they are as like as can be`() {
        let known = [(Self.old, MemoryKind.preference, "Wants to be called in the morning")]
        let told = "Would like to be called in the morning"
        #expect(Self.judge(told, .preference, known: known, likeness: 0.95) == .again(Self.old))
        #expect(Self.judge(told, .preference, known: known, likeness: 0.94) == .new(insteadOf: []))
    }

    @Test func `numbers and a not make a difference that likeness does not see`() {
        let order = [(Self.old, MemoryKind.fact, "Order 4271 never came")]
        #expect(Self.judge("Order 4272 never came", known: order, likeness: 0.99) == .new(insteadOf: []))
        let wish = [(Self.old, MemoryKind.fact, "Wants calls")]
        #expect(Self.judge("Does not want calls", known: wish, likeness: 0.99) == .new(insteadOf: []))
        #expect(Self.judge("Doesn't want calls", known: wish, likeness: 0.99) == .new(insteadOf: []))
    }

    @Test func `what is said anew about the same thing takes the place of what was said before`() {
        let known = [
            (Self.old, MemoryKind.fact, "Delivery address: 5 Mill Lane"), (Self.older, .preference, "Music: jazz"),
        ]
        #expect(Self.judge("delivery address: 9 Oak Road", known: known) == .new(insteadOf: [Self.old]))
        #expect(Self.judge("Delivery Address: 5 mill lane", known: known) == .again(Self.old))
        #expect(Self.judge("Delivery address:", known: known) == .new(insteadOf: []))
        #expect(Self.judge("Delivery address: 9 Oak Road", known: known, likeness: 0.99) == .new(insteadOf: [Self.old]))
    }

    @Test func `of promises and issues there may be several about the same thing`() {
        let known = [(Self.old, MemoryKind.promise, "Refund: within a week")]
        #expect(Self.judge("Refund: as a voucher", .promise, known: known) == .new(insteadOf: []))
    }

    @Test func `how somebody feels takes the place of how they felt, the same words too, and of nothing else`() {
        let known = [
            (Self.old, MemoryKind.sentiment, "Seemed calm in an earlier call."),
            (Self.older, .fact, "Seemed calm: yes"),
        ]
        for text in ["Seemed calm in an earlier call.", "Seemed upset in an earlier call."] {
            #expect(Self.judge(text, .sentiment, known: known, likeness: 0.99) == .new(insteadOf: [Self.old]))
        }
        #expect(Self.judge("Seemed calm in an earlier call.", .sentiment, known: []) == .new(insteadOf: []))
    }

    @Test func `a sentence with a colon in it is no label`() {
        let long = String(repeating: "a", count: MemoryJudge.labelLength)
        for (label, isOne) in [
            (long, true), (long + "a", false), ("one two three four five", true),
            ("one two three four five six", false),
        ] {
            let known = [(Self.old, MemoryKind.fact, "\(label): this")]
            #expect(Self.judge("\(label): that", known: known) == .new(insteadOf: isOne ? [Self.old] : []))
        }
    }
}
