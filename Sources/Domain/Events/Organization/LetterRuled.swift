/// `dead_letter.replayed` and `dead_letter.discarded`: somebody decided about what a consumer could not apply.
package struct LetterRuled: Hashable, Sendable {
    package var letter: Int64
    package var consumer: String
    /// What could not be applied.
    package var event: EventID

    package init(letter: Int64, consumer: String, event: EventID) {
        self.letter = letter
        self.consumer = consumer
        self.event = event
    }
}
