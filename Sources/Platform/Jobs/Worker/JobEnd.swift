/// How a handler ends that does not throw. What it throws is a failure, and the job is tried again.
package enum JobEnd: Sendable {
    case done
    /// Not yet: again after this pause, without an attempt being counted.
    case snoozed(Duration)
    /// Never again: it can't succeed. The words go into the database and must be harmless.
    case discarded(StaticString)
}
