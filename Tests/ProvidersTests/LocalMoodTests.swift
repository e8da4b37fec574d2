import Domain
import Testing

@testable import Providers

struct LocalMoodTests {
    @Test(arguments: [
        ("Thank you, that was very helpful.", Sentiment.positive), ("Perfect, it works!", .positive),
        ("That's not bad at all.", .positive), ("Muchas gracias, todo perfecto.", .positive),
        ("I'm not happy with this.", .negative), ("The parcel is late and the box is broken.", .negative),
        ("Estoy muy molesto, llegó tarde.", .negative), ("It isn’t fine.", .negative),
        ("I already told you that, this is ridiculous.", .frustrated),
        ("How many times do I have to call? Let me speak to a human.", .frustrated),
        ("Ya le dije mi número, estoy harta.", .frustrated), ("It was late, but thanks.", .neutral),
    ])
    func `how somebody seems to feel`(_ said: String, _ sentiment: Sentiment) throws {
        let finding = try #require(LocalMood.of(said))
        #expect(finding.sentiment == sentiment, "\(finding)")
    }

    @Test(arguments: [
        "", "I would like to know when my order arrives.", "Four four one two.", "¿Dónde está mi pedido?", "''",
    ])
    func `nothing is made up where no word says it`(_ said: String) { #expect(LocalMood.of(said) == nil) }

    @Test func `a stronger word counts for more, and nothing is beyond the scale`() throws {
        let mild = try #require(LocalMood.of("This is bad.")).score
        let strong = try #require(LocalMood.of("This is really terrible.")).score
        #expect(strong < mild)
        let much = try #require(LocalMood.of(String(repeating: "terrible ", count: LocalMood.wordsMax))).score
        #expect(much < strong && much.value >= -1)
    }

    @Test func `what is said behind the longest turn is not looked at`() {
        let long = String(repeating: "word ", count: LocalMood.wordsMax)
        #expect(LocalMood.of(long + "terrible") == nil)
        #expect(LocalMood.of("terrible " + long) != nil)
    }

    @Test func `a word has one weight`() {
        let known = MoodWords.shared
        #expect(known.turning.isDisjoint(with: known.weights.keys))
        #expect(known.strengthening.isDisjoint(with: known.weights.keys))
        #expect(known.complaints.allSatisfy { $0 == $0.lowercased() })
    }
}
