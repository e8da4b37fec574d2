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

    /// Of two workers together.
    package static func + (left: JobWorkerStatistics, right: JobWorkerStatistics) -> JobWorkerStatistics {
        var sum = left
        sum.running += right.running
        sum.fetched += right.fetched
        sum.completed += right.completed
        sum.retried += right.retried
        sum.discarded += right.discarded
        sum.cancelled += right.cancelled
        sum.snoozed += right.snoozed
        sum.handedBack += right.handedBack
        sum.fencedOut += right.fencedOut
        sum.unsettled += right.unsettled
        sum.resolved += right.resolved
        sum.letGo += right.letGo
        sum.rescued += right.rescued
        sum.rescuedForGood += right.rescuedForGood
        sum.scheduled += right.scheduled
        sum.fetches += right.fetches
        sum.fetchesFailed += right.fetchesFailed
        sum.heartbeatsMissed += right.heartbeatsMissed
        return sum
    }
}
