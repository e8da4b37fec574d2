/// Somebody who writes down what is said. Streams, and what they deliver, stay on the thread that asked for them.
package protocol Recognizer: AnyObject {
    var name: String { get }

    /// Begins at once; audio may be given before the provider has opened. Events come until `.ended` or `.failed`, which is the
    /// last, or until `cancel`.
    func listen(_ request: RecognizerRequest, deliver: @escaping (RecognizerEvent) -> Void) -> any RecognizerStream
}

/// One caller's voice on its way to a recognizer.
package protocol RecognizerStream: AnyObject {
    func hear(_ audio: Span<UInt8>)
    /// The caller has finished, by our own judgement: an `.endOfTurn` answers, with whatever was understood.
    func endTurn()
    /// No audio follows. What is still to be said is, and then `.ended`.
    func finish()
    /// At once; nothing is delivered any more.
    func cancel()
}

/// What a recognizer should know before it listens.
package struct RecognizerRequest: Hashable, Sendable {
    package var format: SoundFormat
    /// BCP 47, or `multi`.
    package var language: String
    /// Names and words that are likely and unusual.
    package var terms: [String]
    /// Whole phrases that are likely, for those who learn from them which words follow which.
    package var phrases: [String] = []
    /// Sounds (ARPAbet, between spaces) of words that no dictionary has.
    package var pronunciations: [String: String] = [:]

    package init(format: SoundFormat = .telephone, language: String = "en", terms: [String] = []) {
        (self.format, self.language, self.terms) = (format, language, terms)
    }
}
