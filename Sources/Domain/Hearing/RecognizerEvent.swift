/// What a recognizer says. Times count from the first audio of the stream.
package enum RecognizerEvent: Hashable, Sendable {
    /// It listens; what was given before is on its way.
    case opened
    /// Somebody began to speak. Neither every speech has one, nor every one a speech.
    case speechStarted(at: Milliseconds)
    /// Words that may still change: they stand in the place of all such words since the last settled ones.
    case interim(RecognizedText)
    /// Words that will not change, behind those settled before.
    case settled(RecognizedText)
    /// The turn is over; all settled words since the last one belong to it. It may have none.
    case endOfTurn(RecognizedEnd)
    /// Another provider listens from here on. Times go on as if nothing had happened.
    case switched(ProviderSwitch)
    case ended
    case failed(StreamFault)
}

/// How a recognizer knew that the turn was over.
package enum RecognizedEnd: String, Hashable, Sendable {
    /// A pause after the words.
    case pause
    /// No word for a time, though it may not have been quiet.
    case noWords
    /// We said so.
    case asked
}

/// Words understood, with where they stand in the audio.
package struct RecognizedText: Hashable, Sendable {
    package let text: Private<String>
    package let words: [Word]
    package let confidence: Fraction?
    package let startedAt: Milliseconds
    package let endedAt: Milliseconds

    package init(
        text: Private<String>, words: [Word], confidence: Fraction?, startedAt: Milliseconds, endedAt: Milliseconds
    ) {
        (self.text, self.words, self.confidence) = (text, words, confidence)
        (self.startedAt, self.endedAt) = (startedAt, endedAt)
    }

    package var isEmpty: Bool { text.revealed.isEmpty }

    /// The same, said later.
    package func later(by offset: Milliseconds) -> RecognizedText {
        func move(_ time: Milliseconds) -> Milliseconds { Milliseconds(time.count + offset.count) }
        return RecognizedText(
            text: text,
            words: words.map {
                Word(
                    text: $0.text, startedAt: move($0.startedAt), endedAt: move($0.endedAt), confidence: $0.confidence)
            }, confidence: confidence, startedAt: move(startedAt), endedAt: move(endedAt))
    }
}
