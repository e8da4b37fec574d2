/// `analysis_run.requested`: calls of a time are to be looked at again.
package struct AnalysisRunRequested: Hashable, Sendable {
    package var run: AnalysisRunID
    package var name: String
    package var way: AnalysisWay
    /// Calls that began from here on, and before there.
    package var from: Instant
    package var to: Instant
    /// Nil is all.
    package var agent: AgentID?

    package init(
        run: AnalysisRunID, name: String, way: AnalysisWay, from: Instant, to: Instant, agent: AgentID? = nil
    ) {
        self.run = run
        self.name = name
        self.way = way
        self.from = from
        self.to = to
        self.agent = agent
    }
}
