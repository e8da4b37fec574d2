/// `call.analyzed`: what the call was about, looked at afterwards.
package struct CallAnalyzed: Hashable, Sendable {
    package var summary: Private<String>
    package var success: Bool?
    package var sentiment: Score?
    package var intent: String?
    package var extracted: Private<Freeform>?
    package var model: String
    package var promptVersion: String

    package init(
        summary: Private<String>, success: Bool? = nil, sentiment: Score? = nil, intent: String? = nil,
        extracted: Private<Freeform>? = nil, model: String, promptVersion: String
    ) {
        self.summary = summary
        self.success = success
        self.sentiment = sentiment
        self.intent = intent
        self.extracted = extracted
        self.model = model
        self.promptVersion = promptVersion
    }
}
