package import Service

/// What an operator sees of a relay: the names of its metrics.
package enum RelaySeries {
    package static func collect(_ relay: RelayStatistics, _ scrape: inout Scrape) {
        scrape.counter("relay_entries_published_total", "Events put into Redis.", Double(relay.published), [:])
        scrape.counter(
            "relay_entries_rejected_total", "… that were there already.", Double(relay.rejects), [:])
        scrape.counter(
            "relay_streams_republished_total", "Streams that were gone and begun anew.", Double(relay.republishes), [:])
        scrape.counter(
            "relay_phantoms_total", "Streams deleted because they held what Postgres doesn't. Who writes to our keys?",
            Double(relay.phantoms), [:])
        scrape.counter(
            "relay_corruptions_total", "Looks at a lane that has a gap in Postgres.", Double(relay.corruptions), [:])
        scrape.counter(
            "relay_entries_trimmed_total", "Entries all consumers were past.", Double(relay.entriesTrimmed), [:])
        scrape.counter("relay_rounds_total", "Looks at all lanes.", Double(relay.rounds), [:])
        scrape.counter(
            "relay_rounds_failed_total", "… that Redis or Postgres cut short.", Double(relay.roundsFailed), [:])
        scrape.counter("relay_rings_total", "Times it was told to look at once.", Double(relay.rings), [:])
        scrape.gauge("relay_lanes_held", "Lanes whose consumers are too far behind.", Double(relay.lanesHeld), [:])
        scrape.gauge("relay_redis_full", "1 while Redis' memory is too full to add to.", relay.redisIsFull ? 1 : 0, [:])
        for (lane, lag) in relay.lags.enumerated() {
            scrape.gauge("relay_lag_events", "Events not yet in Redis.", Double(lag), ["lane": "\(lane)"])
        }
    }
}
