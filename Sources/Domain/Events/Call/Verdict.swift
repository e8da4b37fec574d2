/// What the carrier heard on the other end.
package enum Verdict: String, Hashable, Sendable, CaseIterable {
    case human
    case machine
    /// The beep: from here on a message is recorded.
    case machineGreetingEnded = "machine_greeting_ended"
    case fax
    case silence
    case unknown
}
