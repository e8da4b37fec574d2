/// What a worker does with the jobs of one kind.
package struct JobHandler: Sendable {
    package let kind: String
    package var retry = RetryPolicy()
    /// How many jobs of this kind may run at a time, in all workers together.
    package var runningMax: Int?
    package var rateLimit: RateLimit?
    let run: @Sendable (JobRun) async throws -> JobEnd

    /// `run` may be done more than once for a job, and in the worst case by two workers at a time, of which one will be
    /// told `JobError.fencedOut`. It is cancelled when the job's time is over, it is to be cancelled or the worker stops.
    package init(_ kind: String, run: @escaping @Sendable (JobRun) async throws -> JobEnd) {
        self.kind = kind
        self.run = run
    }
}
