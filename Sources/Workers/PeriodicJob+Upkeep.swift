import Jobs

extension PeriodicJob {
    /// Idle work that comes up again and again. One that still runs is enough.
    static func upkeep(_ name: String, every rhythm: Duration, in queue: String? = nil) -> PeriodicJob {
        PeriodicJob(name, .every(rhythm)) { _ in
            var job = NewJob(name)
            if let queue { job.queue = queue }
            job.uniqueKey = NewJob.key(Array(name.utf8))
            job.priority = .idle
            return job
        }
    }
}
