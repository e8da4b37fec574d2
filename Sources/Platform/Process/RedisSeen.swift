import Loop
import Redis
import Service

/// What an operator sees of Redis.
enum RedisSeen {
    static func observer(_ log: Log) -> @Sendable (RedisHappening) -> Void {
        { happening in
            switch happening {
            case .connected(let failed): log.info("redis_connected", .count("attempts_failed", failed))
            case .connectFailed(let code): log.warn("redis_connect_failed", .error(RedisError(code, "connect")))
            case .connectionLost(let code): log.warn("redis_connection_lost", .error(RedisError(code, "connection")))
            case .retrying(let pause): log.debug("redis_retrying", .duration("in", pause))
            case .closed: log.debug("redis_closed")
            }
        }
    }

    static func state(of health: RedisHealth) -> HealthState {
        switch health.condition {
        case .connected: .up
        case .connecting: .down(health.lastFailure.map { Reason(RedisError($0, "connect")) } ?? "not connected yet")
        case .closed: .down("closed")
        }
    }

    static func collect(_ client: RedisStatistics, loop: String, _ scrape: inout Scrape) {
        let labels: MetricLabels = ["loop": loop]
        scrape.counter("redis_commands_total", "Commands asked for.", Double(client.commands), labels)
        scrape.counter("redis_refusals_total", "Commands Redis refused.", Double(client.refusals), labels)
        scrape.counter("redis_failures_total", "Commands without an answer.", Double(client.failures), labels)
        scrape.counter("redis_retries_total", "Commands sent once more.", Double(client.retries), labels)
        scrape.counter("redis_overloads_total", "Commands refused at a limit.", Double(client.overloads), labels)
        scrape.counter("redis_deadlines_total", "Commands over their deadline.", Double(client.deadlinesPassed), labels)
        scrape.counter("redis_connections_made_total", "Connections made.", Double(client.connectionsMade), labels)
        scrape.counter("redis_connects_failed_total", "Connects that failed.", Double(client.connectionsFailed), labels)
        scrape.counter("redis_connections_lost_total", "Connections lost.", Double(client.connectionsLost), labels)
    }
}

extension RedisError: Harmless {}
