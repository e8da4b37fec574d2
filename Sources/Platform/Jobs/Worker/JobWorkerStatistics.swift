/// What a worker has done so far.
package struct JobWorkerStatistics: Hashable, Sendable {
    package var running = 0
    package var fetched = 0
    package var completed = 0
    /// Failed and to be tried again.
    package var retried = 0
    package var discarded = 0
    package var cancelled = 0
    package var snoozed = 0
    package var handedBack = 0
    /// Ends that had no effect, because the job was not this worker's any more.
    package var fencedOut = 0
    /// Ends that could not be written in time; the job runs again.
    package var unsettled = 0
    /// Ends whose answer was lost, and which turned out to have been written.
    package var resolved = 0
    /// Runs that the database believed to be here, and were not.
    package var letGo = 0
    /// Jobs taken back from others that fell silent or were too slow: to run again, or ended by that.
    package var rescued = 0
    package var rescuedForGood = 0
    package var scheduled = 0
    package var fetches = 0
    package var fetchesFailed = 0
    package var heartbeatsMissed = 0

    package init() {}

    /// What two workers of one process have done.
    package static func + (one: JobWorkerStatistics, other: JobWorkerStatistics) -> JobWorkerStatistics {
        var sum = one
        for field in fields { sum[keyPath: field] += other[keyPath: field] }
        return sum
    }

    private static var fields: [WritableKeyPath<JobWorkerStatistics, Int>] {
        [
            \.running, \.fetched, \.completed, \.retried, \.discarded, \.cancelled, \.snoozed, \.handedBack,
            \.fencedOut, \.unsettled, \.resolved, \.letGo, \.rescued, \.rescuedForGood, \.scheduled, \.fetches,
            \.fetchesFailed,
            \.heartbeatsMissed,
        ]
    }
}
