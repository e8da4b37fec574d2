/// `call.analyzed`: what the call was about, looked at afterwards.
package struct CallAnalyzed: Hashable, Sendable {
    package var summary: Private<String>
    package var success: Bool?
    package var sentiment: Score?
    package var intent: String?
    package var extracted: Private<Freeform>?
    package var model: String
    package var promptVersion: String
    /// What told whether it succeeded.
    package var successReason: SuccessReason?
    /// The caller's own words, most frequent first.
    package var topics: [Private<String>]?
    /// How the caller felt, turn by turn.
    package var trajectory: [Score]?
    /// Those that say what is said here.
    package var events: [EventID]?
    /// Looked at again, beside what counts; nil is the usual look.
    package var run: AnalysisRunID?
    /// What a model saw the agent do; our rules find by themselves what they find.
    package var handlings: [JudgedHandling]?

    package init(
        summary: Private<String>, success: Bool? = nil, sentiment: Score? = nil, intent: String? = nil,
        extracted: Private<Freeform>? = nil, model: String, promptVersion: String,
        successReason: SuccessReason? = nil, topics: [Private<String>]? = nil, trajectory: [Score]? = nil,
        events: [EventID]? = nil, run: AnalysisRunID? = nil, handlings: [JudgedHandling]? = nil
    ) {
        self.summary = summary
        self.success = success
        self.sentiment = sentiment
        self.intent = intent
        self.extracted = extracted
        self.model = model
        self.promptVersion = promptVersion
        self.successReason = successReason
        self.topics = topics
        self.trajectory = trajectory
        self.events = events
        self.run = run
        self.handlings = handlings
    }
}
