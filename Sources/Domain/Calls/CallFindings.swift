/// What a look at the whole call found.
package struct CallFindings: Hashable, Sendable {
    package var summary: Private<String>
    package var success: Bool?
    package var sentiment: Score?
    package var intent: String?

    package init(summary: Private<String>, success: Bool?, sentiment: Score?, intent: String?) {
        self.summary = summary
        self.success = success
        self.sentiment = sentiment
        self.intent = intent
    }
}

extension CallFindings {
    package init(_ look: CallAnalyzed) {
        self.init(
            summary: look.summary, success: look.success, sentiment: look.sentiment, intent: look.intent)
    }
}
