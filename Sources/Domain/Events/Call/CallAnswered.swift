/// `call.answered`: the other end was picked up, or we picked up.
package struct CallAnswered: Hashable, Sendable {
    package var answeredBy: AnsweredBy?
    /// By the carrier's clock.
    package var at: Instant?

    package init(answeredBy: AnsweredBy? = nil, at: Instant? = nil) {
        self.answeredBy = answeredBy
        self.at = at
    }
}
