package import Service

/// What an operator sees of the consumers: the names of their metrics.
package enum ConsumerSeries {
    /// Of one worker.
    package static func collect(_ worker: ConsumerStatistics, of consumer: ConsumerName, _ scrape: inout Scrape) {
        let name = consumer.description
        let labels: MetricLabels = ["consumer": name]
        let applied = "Events applied, by who said that there were any."
        scrape.counter(
            "consumer_events_applied_total", applied, Double(worker.eventsAppliedByRedis),
            ["consumer": name, "source": "redis"])
        scrape.counter(
            "consumer_events_applied_total", applied, Double(worker.eventsAppliedByPostgres),
            ["consumer": name, "source": "postgres"])
        scrape.counter(
            "consumer_batches_total", "Transactions that moved a checkpoint.", Double(worker.batches), labels)
        scrape.counter(
            "consumer_events_parked_total", "Events given up on, until somebody decides.", Double(worker.eventsParked),
            labels)
        scrape.counter(
            "consumer_events_diverted_total", "Events that wait behind a parked one.", Double(worker.eventsDiverted),
            labels)
        scrape.counter(
            "consumer_leases_lost_total", "Lanes that another worker took before they were given back.",
            Double(worker.leasesLost), labels)
        let failures = "Transactions that failed, by whose fault."
        scrape.counter(
            "consumer_failures_total", failures, Double(worker.failuresOfInfrastructure),
            ["consumer": name, "kind": "infrastructure"])
        scrape.counter(
            "consumer_failures_total", failures, Double(worker.failuresOfEvents), ["consumer": name, "kind": "event"])
        scrape.counter(
            "consumer_redis_doubted_total", "Times that Redis said something of a lane that was not so.",
            Double(worker.redisDoubted), labels)
        scrape.gauge("consumer_lanes", "Lanes of this worker.", Double(worker.lanes), labels)
        scrape.gauge(
            "consumer_lanes_stepping", "… that go one event at a time, because owners died over them.",
            Double(worker.lanesStepping), labels)
    }

    /// Of all consumers, whoever works for them.
    package static func collect(_ lags: [ConsumerLag], _ parked: [ParkedCount], _ scrape: inout Scrape) {
        for lag in lags where !lag.isRetired {
            let labels: MetricLabels = ["consumer": lag.consumer, "lane": "\(lag.lane)"]
            scrape.gauge("consumer_lag_events", "Events behind the checkpoint.", Double(lag.events), labels)
            scrape.gauge("consumer_lag_seconds", "How long the first of them has waited.", lag.seconds, labels)
        }
        for count in parked {
            let labels: MetricLabels = ["consumer": count.consumer]
            scrape.gauge("consumer_parked_streams", "Streams that wait behind an event.", Double(count.streams), labels)
            scrape.gauge("consumer_dead_letters", "Events that wait.", Double(count.letters), labels)
            scrape.gauge("consumer_dead_letters_age_seconds", "How long the first has waited.", count.seconds, labels)
        }
    }
}
