/// `machine.detected`: the carrier listened for who answered.
package struct MachineDetected: Hashable, Sendable {
    package var verdict: Verdict
    package var took: Milliseconds?

    package init(verdict: Verdict, took: Milliseconds? = nil) {
        self.verdict = verdict
        self.took = took
    }
}
