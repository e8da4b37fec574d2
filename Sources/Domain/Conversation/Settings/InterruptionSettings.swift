/// When sound of the caller makes us stop.
package struct InterruptionSettings: Hashable, Sendable {
    /// Either is enough; without words it is a pause at first.
    package struct Threshold: Hashable, Sendable {
        package var speech: Milliseconds
        package var words: Int

        package init(speech: Milliseconds, words: Int) {
            self.speech = speech
            self.words = words
        }
    }

    package var speaking = Threshold(speech: 500, words: 2)
    package var thinking = Threshold(speech: 300, words: 1)
    /// After the sound has stopped, its words are waited for this long; then it was none.
    package var wordsWait: Milliseconds = 1_500
    /// From our first sound on, what comes back may be ourselves.
    package var echoGuard: Milliseconds = 400

    package init() {}
}
