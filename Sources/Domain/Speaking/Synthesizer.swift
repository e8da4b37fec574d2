/// Somebody who reads aloud. Streams, and what they deliver, stay on the thread that asked for them.
package protocol Synthesizer: AnyObject {
    var name: String { get }

    /// Begins at once. Events come until `.done` or `.failed`, which is the last, or until `cancel`.
    func speak(_ request: SynthesizerRequest, deliver: @escaping (SynthesizerEvent) -> Void) -> any SynthesizerStream
}

/// One utterance on its way to a synthesizer: sentence follows sentence in one breath.
package protocol SynthesizerStream: AnyObject {
    /// Texts are joined as they are: blanks between sentences belong to them.
    func say(_ text: String)
    /// No text follows; `.done` comes when all of it is spoken.
    func finish()
    /// At once; nothing is delivered any more.
    func cancel()
}

package struct SynthesizerRequest: Hashable, Sendable {
    package var format: SoundFormat
    package var voice: String
    /// BCP 47.
    package var language: String
    /// 1 is the voice's own.
    package var speed: Double

    package init(format: SoundFormat = .telephone, voice: String, language: String = "en", speed: Double = 1) {
        (self.format, self.voice, self.language, self.speed) = (format, voice, language, speed)
    }
}

/// What a synthesizer gives. Times count from the first audio of the utterance.
package enum SynthesizerEvent: Hashable, Sendable {
    case audio([UInt8])
    /// When words are heard. They may come before their audio or after it.
    case words([Word])
    /// Another provider goes on behind what was given already.
    case switched(ProviderSwitch)
    case done
    case failed(StreamFault)
}
