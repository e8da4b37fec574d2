package import Service

/// What an operator sees of the log: the names of its metrics.
package enum LogSeries {
    package static func collect(_ appender: AppendStatistics, loop: String, _ scrape: inout Scrape) {
        let labels: MetricLabels = ["loop": loop]
        scrape.counter("log_events_appended_total", "Events stored.", Double(appender.eventsAppended), labels)
        scrape.counter(
            "log_append_duplicates_total", "Events that had been stored before.", Double(appender.duplicates), labels)
        scrape.counter(
            "log_append_conflicts_total", "Appends that another one had forestalled.", Double(appender.conflicts),
            labels)
        scrape.counter(
            "log_appends_refused_total", "Appends refused, by reason.", Double(appender.refusedFull),
            ["loop": loop, "reason": "full"])
        scrape.counter(
            "log_appends_refused_total", "Appends refused, by reason.", Double(appender.overdue),
            ["loop": loop, "reason": "overdue"])
        scrape.counter(
            "log_appends_refused_total", "Appends refused, by reason.", Double(appender.refused),
            ["loop": loop, "reason": "server"])
        scrape.counter("log_flushes_total", "Batches committed.", Double(appender.flushes), labels)
        scrape.counter(
            "log_flushes_failed_total", "Batches that failed, to be sent again.", Double(appender.flushesFailed), labels
        )
        scrape.gauge("log_events_waiting", "Events without a verdict yet.", Double(appender.eventsWaiting), labels)
        scrape.gauge("log_bytes_waiting", "Their weight.", Double(appender.bytesWaiting), labels)
        scrape.histogram(
            "log_batch_events", "Events in a batch.",
            HistogramSnapshot(
                bounds: SizeCounts.bounds.map(Double.init), counts: appender.batchSizes.counts,
                sum: Double(appender.batchSizes.sum)), labels)
        scrape.histogram(
            "log_flush_seconds", "From sending a batch until it is committed.", HistogramSnapshot(appender.flushTimes),
            labels)
        scrape.histogram(
            "log_lock_wait_seconds", "What a batch waited for the locks of its lanes.",
            HistogramSnapshot(appender.lockWaits), labels)
    }
}
