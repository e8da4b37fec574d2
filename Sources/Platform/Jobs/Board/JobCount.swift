/// How many jobs of a queue are in a state, and how old the oldest is: since it could run, or since it was started.
package struct JobCount: Hashable, Sendable {
    package enum State: String, CaseIterable, Sendable { case scheduled, available, running, retry }

    package let queue: String
    package let state: State
    package let count: Int
    /// Zero for what lies in the future.
    package let oldest: Duration
}
