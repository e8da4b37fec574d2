@testable import Domain
@testable import Providers

/// What callers say and people look for, as everything here reads it that reads words.
enum WordsLaws {
    private static let pieces: WordPieces? = try? WordPieces(
        vocabulary: ([WordPieces.unknown, WordPieces.first, WordPieces.last]
            + "abcdefghijklmnopqrstuvwxyz".flatMap { ["\($0)", "##\($0)"] } + ["the", "##ing"]).joined(separator: "\n"))
    private static let slots: [LocalSlot.Kind] = [
        .digits(nil), .digits(4), .number, .name, .date, .time, .email, .postcode, .choice(["red", "blue"]), .text,
    ]

    /// More of a text says the same again, and takes its time.
    private static let bytesMax = 256

    static func check(_ bytes: [UInt8]) {
        let text = String(decoding: bytes.prefix(bytesMax), as: UTF8.self)
        let said = SpokenForm.words(text)
        precondition(!said.contains(""), "a word of nothing")
        let words = SpokenWords.of(text)
        precondition(SpokenWords.hold(words, words) == !words.isEmpty, "a text does not hold its own words")
        for digits in SpokenDigits.groups(in: words) {
            precondition(digits.utf8.allSatisfy { (48...57).contains($0) }, "figures that are none")
        }

        guard let pieces else { preconditionFailure("the vocabulary is not understood") }
        let numbers = pieces.pieces(of: text)
        precondition((2...WordPieces.piecesMax).contains(numbers.count), "so many pieces no text has")
        precondition(numbers.allSatisfy { (0..<Int32(pieces.count)).contains($0) }, "a piece of another vocabulary")
        let embedder = HashedEmbedder()
        precondition(embedder.point(text) == embedder.point(text), "a text that means two things")

        if let mood = LocalMood.of(text) { precondition(abs(mood.score.value) <= 1, "a mood beyond all moods") }
        for slot in slots {
            let asked = SlotReading.read(slot, text, .asked)
            precondition(asked == SlotReading.read(slot, text, .asked), "a slot was read in two ways")
            if case .digits = slot, let asked {
                precondition(asked.utf8.allSatisfy { (48...57).contains($0) }, "digits that are none")
            }
            _ = SlotReading.read(slot, text, .overheard)
        }
    }
}
