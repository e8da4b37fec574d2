/// A sentence to be said. Sentences of an utterance are asked for in order.
package struct SpeakRequest: Hashable, Sendable {
    package var utterance: UtteranceID
    package var sentence: Int
    package var text: Private<String>
    package var voice: VoiceName
    package var tone: Tone
    /// In percent: 130 when too much waits to be said.
    package var rate: Int
}

package struct VoiceName: Hashable, Sendable {
    package var provider: String
    package var voice: String

    package init(provider: String, voice: String) {
        self.provider = provider
        self.voice = voice
    }
}

/// When a word is said, from the first sound of its sentence.
package struct WordTime: Hashable, Sendable {
    /// As it stands in the sentence.
    package var text: Private<String>
    package var endsAt: Milliseconds

    package init(text: Private<String>, endsAt: Milliseconds) {
        self.text = text
        self.endsAt = endsAt
    }
}
