import HTTP
import Loop
import Postgres
import Redis
import Service
import Synchronization

/// Shows other threads how a workbench is doing: what only its loop may count, published once a second and whenever
/// something happened.
///
/// `bench` and `timer` are touched on the loop alone: that is why `@unchecked` holds.
final class WorkbenchGauge: @unchecked Sendable {
    static let rhythm = Duration.seconds(1)

    struct Counts: Sendable {
        let pool: PoolStatistics
        let redis: RedisStatistics
        let client: HTTPClientStatistics
    }

    struct Reading: Sendable {
        /// Nil until the loop has published for the first time.
        var counts: Counts?
        var lastFailure: PostgresError?
        var postgresState = HealthState.down("not connected yet")
        var redisState = HealthState.down("not connected yet")
    }

    private let loop: Loop
    private let changed: @Sendable () -> Void
    private let published = Mutex(Reading())
    private weak var bench: Workbench?
    private var timer: Timer?
    private var isDue = false

    init(on loop: Loop, changed: @escaping @Sendable () -> Void) {
        self.loop = loop
        self.changed = changed
    }

    var reading: Reading { published.withLock { $0 } }

    // MARK: - On the loop

    func watch(_ bench: Workbench) {
        loop.checkIsolated()
        self.bench = bench
        let timer = Timer { [weak self] in self?.beat() }
        self.timer = timer
        beat()
    }

    func stop() {
        publish()
        if let timer { loop.disarm(timer) }
        timer = nil
    }

    func failed(_ error: PostgresError) { published.withLock { $0.lastFailure = error } }

    /// Publishes at the end of the turn, when whoever told us has counted it.
    func happened() {
        if isDue { return }
        isDue = true
        loop.atEndOfTurn { [self] in publish() }
    }

    private func beat() {
        publish()
        if let timer { loop.arm(timer, at: .now + Self.rhythm) }
    }

    private func publish() {
        isDue = false
        guard let bench else { return }
        let pool = bench.postgres.statistics
        let counts = Counts(pool: pool, redis: bench.redis.statistics, client: bench.http.statistics)
        published.withLock { reading in
            reading.counts = counts
            reading.postgresState = PostgresSeen.state(of: pool, lastFailure: reading.lastFailure)
            reading.redisState = RedisSeen.state(of: bench.redis.health)
        }
        changed()
    }
}
