/// Something the agent did in a call, as a model named it that looked at the call afterwards: by words of two closed lists, so that two
/// calls show the same or do not, and by the lines that say so.
package struct JudgedHandling: Hashable, Sendable {
    /// Texts here, since the lists grow: what a release does not know it passes over.
    package var situation: String
    package var move: String
    package var events: [EventID]

    package init(situation: String, move: String, events: [EventID]) {
        self.situation = situation
        self.move = move
        self.events = events
    }
}
