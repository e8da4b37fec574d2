package import Service

/// What a recorder has done since it began, and what it holds now.
package struct RecorderStatistics: Sendable {
    package internal(set) var eventsTaken = 0
    /// Taken while the journal took nothing.
    package internal(set) var eventsWithoutJournal = 0
    package internal(set) var eventsRefused = 0
    package internal(set) var eventsLost = 0
    package internal(set) var recordsSentAgain = 0
    package internal(set) var recordsUnreadable = 0
    package internal(set) var timelineChanges = 0
    package internal(set) var eventsWaiting = 0

    package func collect(_ scrape: inout Scrape) {
        scrape.counter("recorder_events_taken_total", "Events taken from calls.", Double(eventsTaken))
        scrape.counter(
            "recorder_events_without_journal_total", "Taken while the journal took nothing.",
            Double(eventsWithoutJournal))
        scrape.counter("recorder_events_refused_total", "The log said no for good.", Double(eventsRefused))
        scrape.counter("recorder_events_lost_total", "Nobody had room for them.", Double(eventsLost))
        scrape.counter("recorder_records_sent_again_total", "From the journal.", Double(recordsSentAgain))
        scrape.counter("recorder_records_unreadable_total", "Left in the journal.", Double(recordsUnreadable))
        scrape.counter("recorder_timeline_changes_total", "Failovers seen.", Double(timelineChanges))
        scrape.gauge("recorder_events_waiting", "Taken, and without a verdict yet.", Double(eventsWaiting))
    }
}
