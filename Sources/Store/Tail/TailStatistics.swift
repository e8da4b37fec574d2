package import Service

/// What a hub has done.
package struct TailStatistics: Hashable, Sendable {
    /// Now.
    package var followers = 0
    /// Looks at the log.
    package var rounds = 0
    /// Read, once each for all who follow.
    package var eventsRead = 0
    /// Given to followers, once for each of them.
    package var eventsOffered = 0
    /// Followers cut because they read too slowly.
    package var cut = 0

    package func collect(_ scrape: inout Scrape) {
        scrape.gauge("tail_followers", "Who follows the log now.", Double(followers))
        scrape.counter("tail_rounds_total", "Looks at the log for those who follow.", Double(rounds))
        scrape.counter("tail_events_read_total", "Events read for those who follow.", Double(eventsRead))
        scrape.counter("tail_events_offered_total", "Events given to those who follow.", Double(eventsOffered))
        scrape.counter("tail_followers_cut_total", "Followers cut because they read too slowly.", Double(cut))
    }
}

/// What an operator may want to know of following the log.
package enum TailHappening: Sendable {
    case failing(any Error)
    case recovered
}
