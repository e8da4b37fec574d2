/// `call.look_chosen`: this look at the call counts from now on. It says again what the look found, so that whoever keeps the call need
/// not keep all looks at it.
package struct CallLookChosen: Hashable, Sendable {
    /// Of the organization's choices the number: the last one goes, in whatever order they are told.
    package var choice: Int
    /// The `call.analyzed` that counts.
    package var look: EventID
    /// Whose look it is; nil is the usual one.
    package var run: AnalysisRunID?
    package var findings: CallFindings

    package init(choice: Int, look: EventID, run: AnalysisRunID?, findings: CallFindings) {
        self.choice = choice
        self.look = look
        self.run = run
        self.findings = findings
    }
}
