import Loop
import Redis

extension Relay {
    /// Hears the bell of those who append, and looks at once. Works until it is cancelled.
    func listen() async {
        let key = LogBell.key(of: log)
        var place = RedisClient.StreamStart.end
        while !Task.isCancelled {
            do throws(RedisError) {
                let heard = try await client.read([(key, place)], limit: 1, block: limits.listening)
                // Where nothing came, ids may have begun anew: only what comes from now on is heard then.
                place = heard.first?.entries.last.map { .after($0.id) } ?? .end
                if !heard.isEmpty { heardRing() }
            } catch {
                place = .end
                do { try await client.loop.sleep(for: limits.pauseWhenIdle) } catch { return }
            }
        }
    }
}
