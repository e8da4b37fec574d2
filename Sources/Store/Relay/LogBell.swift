import Crypto
import Loop
package import Postgres
package import Redis

/// Tells relays, wherever they run, that something was appended: they look at once and need not look often. On one loop; whoever
/// rings may be anywhere, which is why `@unchecked` holds.
package final class LogBell: @unchecked Sendable {
    private let pool: PostgresPool
    private let client: RedisClient
    private let handle = LogHandle()
    private var isDue = false
    private var isOnTheWay = false
    package private(set) var statistics = Statistics()

    package struct Statistics: Hashable, Sendable {
        package var rung = 0
        package var failed = 0
    }

    /// `client` must be on the pool's loop.
    package init(_ pool: PostgresPool, _ client: RedisClient) {
        precondition(pool.loop === client.loop, "a bell hangs on one loop")
        self.pool = pool
        self.client = client
    }

    static func key(of log: EventLog) -> String { "ev:\(log.id):bell" }

    /// To be called when it is committed. However often that is, one command is on its way at a time.
    package func ring() {
        pool.loop.execute { [self] in
            isDue = true
            guard !isOnTheWay else { return }
            isOnTheWay = true
            // Ends by itself: nobody waits for it, and Redis' deadline bounds it.
            Task(executorPreference: pool.loop) { await self.tell() }
        }
    }

    private func tell() async {
        while isDue {
            isDue = false
            do {
                let key = Self.key(of: try await handle.log(through: pool))
                try await StreamBell(key: key, client: client).ring()
                statistics.rung += 1
            } catch {
                statistics.failed += 1
            }
        }
        isOnTheWay = false
    }
}
