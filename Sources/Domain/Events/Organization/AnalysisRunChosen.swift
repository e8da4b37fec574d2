/// `analysis_run.chosen`: whose looks count, for calls that began from a moment on.
package struct AnalysisRunChosen: Hashable, Sendable {
    /// The organization's first choice is 1.
    package var choice: Int
    /// Nil is the usual look again.
    package var run: AnalysisRunID?
    package var from: Instant

    package init(choice: Int, run: AnalysisRunID?, from: Instant) {
        self.choice = choice
        self.run = run
        self.from = from
    }
}
