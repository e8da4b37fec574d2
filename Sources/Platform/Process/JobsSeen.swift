package import Jobs
import Loop
package import Service

/// What an operator sees of jobs. A job is named by its number and kind, never by what it is about.
package enum JobsSeen {
    package static func observer(_ log: Log) -> JobsObserver {
        { happening in
            switch happening {
            case .failed(let id, let kind, let attempt, let error, let pause):
                log.warn(
                    "job_failed", job(id), named(kind), .count("attempt", attempt), .error(error),
                    .duration("retry_in", pause))
            case .discarded(let id, let kind, let attempt):
                log.error("job_discarded", job(id), named(kind), .count("attempt", attempt))
            case .cancelled(let id, let kind): log.info("job_cancelled", job(id), named(kind))
            case .timedOut(let id, let kind): log.warn("job_timed_out", job(id), named(kind))
            case .fencedOut(let id, let kind): log.warn("job_fenced_out", job(id), named(kind))
            case .handedBack(let id, let kind): log.info("job_handed_back", job(id), named(kind))
            case .unsettled(let id, let kind, let error):
                log.error("job_unsettled", job(id), named(kind), .error(error))
            case .rescued(let again, let forGood):
                log.warn("jobs_rescued", .count("again", again), .count("for_good", forGood))
            case .scheduled(let id): log.info("job_scheduled", job(id))
            case .postgresAway(let error, let doing):
                log.warn("jobs_without_postgres", .text("doing", doing), .error(error))
            case .stopping(let running): log.info("jobs_stopping", .count("running", running))
            }
        }
    }

    private static func job(_ id: JobID) -> Field { .count("job", Int(id.number)) }
    private static func named(_ kind: String) -> Field { .id("kind", Token(kind)) }

    package static func collect(_ worker: JobWorkerStatistics, _ scrape: inout Scrape) {
        scrape.gauge("jobs_running", "Jobs that this worker runs.", Double(worker.running))
        scrape.counter("jobs_fetched_total", "Jobs taken.", Double(worker.fetched))
        let ends: [(String, Int)] = [
            ("completed", worker.completed), ("retried", worker.retried), ("discarded", worker.discarded),
            ("cancelled", worker.cancelled), ("snoozed", worker.snoozed), ("handed_back", worker.handedBack),
            ("fenced_out", worker.fencedOut), ("unsettled", worker.unsettled),
        ]
        for (outcome, count) in ends {
            scrape.counter("jobs_ended_total", "Runs that ended, by how.", Double(count), ["outcome": outcome])
        }
        scrape.counter(
            "jobs_rescued_total", "Jobs taken back from workers that fell silent.", Double(worker.rescued),
            ["outcome": "again"])
        scrape.counter(
            "jobs_rescued_total", "Jobs taken back from workers that fell silent.", Double(worker.rescuedForGood),
            ["outcome": "ended"])
        scrape.counter("jobs_scheduled_total", "Jobs that fell due.", Double(worker.scheduled))
        scrape.counter("jobs_fetches_failed_total", "Fetches that failed.", Double(worker.fetchesFailed))
        scrape.counter("jobs_heartbeats_missed_total", "Heartbeats that failed.", Double(worker.heartbeatsMissed))
    }

    /// Of all queues, whoever works at them.
    package static func collect(_ counts: [JobCount], _ scrape: inout Scrape) {
        for count in counts {
            let labels: MetricLabels = ["queue": count.queue, "state": count.state.rawValue]
            scrape.gauge("jobs", "Jobs that live.", Double(count.count), labels)
            scrape.gauge(
                "jobs_oldest_seconds", "How long the oldest has waited or run.",
                Double(count.oldest.wholeNanoseconds) / 1e9, labels)
        }
    }
}
