package import Loop

extension Metrics {
    /// Watches loops: how busy they are, and how long what is ready has to wait.
    package func collect(from loops: [Loop]) {
        collect { scrape in
            for loop in loops {
                let labels: MetricLabels = ["loop": loop.name]
                let facts = loop.statistics
                scrape.histogram(
                    "loop_turn_seconds", "Time from waking to waiting again: what is ready may wait this long.",
                    HistogramSnapshot(facts.lag.snapshot), labels)
                scrape.counter("loop_tasks_total", "Pieces of tasks run.", Double(facts.tasksRun), labels)
                scrape.counter("loop_turns_total", "Turns taken.", Double(facts.turnsTaken), labels)
                scrape.counter("loop_wakeups_total", "Times another thread woke it.", Double(facts.wakeups), labels)
                scrape.gauge("loop_descriptors", "Descriptors watched.", Double(facts.descriptorsWatched), labels)
                scrape.gauge("loop_timers", "Timers armed.", Double(facts.timersArmed), labels)
            }
        }
    }

    /// Watches the log: lines taken, and lines lost.
    package func collect(from writer: LogWriter) {
        collect { scrape in
            let facts = writer.statistics
            scrape.counter("log_lines_total", "Log lines taken.", Double(facts.linesTaken))
            scrape.counter(
                "log_lines_dropped_total", "Log lines lost because too many waited.", Double(facts.linesDropped))
        }
    }
}
