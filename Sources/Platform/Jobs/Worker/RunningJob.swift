/// A run that this worker has under way: how to stop it, and why it was stopped.
final class RunningJob: @unchecked Sendable {
    enum Interruption: Sendable {
        case timedOut
        case cancelRequested
        /// The database says that the job is not ours any more.
        case lost
        case stopping
    }

    // Lives on the worker's loop: that is why `@unchecked` holds.
    let run: JobRun
    var job: FetchedJob { run.job }
    private(set) var interruption: Interruption?
    /// The handler has ended, and its end is being written: nothing may interrupt that.
    var isSettling = false
    /// The worker stops and could not wait for the handler: another run may have the job by now.
    var wasHandedBack = false
    var task: Task<JobEnd, any Error>? { didSet { if interruption != nil { task?.cancel() } } }

    init(_ job: FetchedJob) { run = JobRun(job) }

    /// Only the first reason counts.
    func interrupt(_ reason: Interruption) {
        guard interruption == nil, !isSettling else { return }
        interruption = reason
        task?.cancel()
    }
}
