import Loop
import Postgres
import Service

/// What an operator sees of Postgres.
enum PostgresSeen {
    static func observer(_ log: Log) -> PostgresObserver {
        { happening in
            switch happening {
            case .connected(let backend, let version):
                log.debug("postgres_connected", .count("backend", Int(backend)), .count("version", Int(version)))
            case .connectFailed(let error, let pause):
                log.warn("postgres_connect_failed", .error(error), .duration("retry_in", pause))
            case .serverSilent(let error): log.warn("postgres_silent", .error(error))
            case .disconnected(let backend, let error?):
                log.warn("postgres_connection_lost", .count("backend", Int(backend)), .error(error))
            case .disconnected(let backend, nil):
                log.debug("postgres_disconnected", .count("backend", Int(backend)))
            // Its words may quote values, so only its code is told.
            case .notice(_, let state, let message):
                log.debug("postgres_notice", .harmless("sqlstate", state), .sensitive("message", message))
            case .cancelRequested(let backend): log.debug("postgres_cancel_requested", .count("backend", Int(backend)))
            case .cancelFailed(let backend): log.warn("postgres_cancel_failed", .count("backend", Int(backend)))
            case .preparedAgain(let site): log.debug("postgres_prepared_again", .id("site", Token(site)))
            case .notificationsDropped: log.warn("postgres_notifications_dropped")
            case .migrationWaiting: log.info("migration_waiting")
            case .migrationBegan(let version, let name):
                log.info("migration_began", .count("version", version), .id("name", Token(name)))
            case .migrationApplied(let version, let name, let took):
                log.info(
                    "migration_applied", .count("version", version), .id("name", Token(name)), .duration("took", took))
            }
        }
    }

    static func state(of pool: PoolStatistics, lastFailure: PostgresError?) -> HealthState {
        if pool.connectionsOpen > 0, !pool.isSilent { return .up }
        return .down(lastFailure.map { Reason($0) } ?? "not connected yet")
    }

    static func collect(_ pool: PoolStatistics, loop: String, _ scrape: inout Scrape) {
        let labels: MetricLabels = ["loop": loop]
        scrape.gauge("postgres_connections", "Connections open.", Double(pool.connectionsOpen), labels)
        scrape.gauge("postgres_connections_lent", "Connections one borrower has.", Double(pool.connectionsLent), labels)
        scrape.gauge("postgres_requests_in_flight", "Statements sent.", Double(pool.requestsInFlight), labels)
        scrape.gauge("postgres_requests_waiting", "Statements in line.", Double(pool.requestsWaiting), labels)
        scrape.gauge("postgres_borrowers_waiting", "Borrowers in line.", Double(pool.borrowersWaiting), labels)
        scrape.counter("postgres_connections_made_total", "Connections made.", Double(pool.connectionsMade), labels)
        scrape.counter("postgres_connects_failed_total", "Connects that failed.", Double(pool.connectsFailed), labels)
        scrape.counter("postgres_connections_lost_total", "Connections lost.", Double(pool.connectionsLost), labels)
        scrape.counter("postgres_requests_refused_total", "Refused at a limit.", Double(pool.requestsRefused), labels)
    }
}

extension PostgresError: Harmless {}
extension SQLState: Harmless {}
