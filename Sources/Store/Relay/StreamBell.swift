import Loop
import Redis

/// Tells whoever listens that there is work: a stream of one entry and not a channel, so that who was busy finds what rang meanwhile.
/// It says neither what nor where, and nothing depends on it: whom it does not reach looks by itself, a little later.
struct StreamBell: Sendable {
    let key: String
    let client: RedisClient

    func ring(_ call: RedisCall? = nil) async throws(RedisError) {
        _ = try await client.perform(RedisCommand("XADD", [.text(key), "MAXLEN", .number(1), "*", "at", "1"]), call)
    }

    /// Works until it is cancelled; a read without a ring lasts for `block`.
    ///
    /// What was rung last before it listened, or while Redis was away, counts as a ring: nothing is missed between two reads. Should
    /// Redis' clock go back after it lost everything, rings are missed until it is where it was; then only looking helps.
    func listen(_ block: Duration, pauseWithoutRedis pause: Duration, _ heard: () -> Void) async {
        var last = RedisStreamID.first
        while !Task.isCancelled {
            do throws(RedisError) {
                let rings = try await client.read([(key, .after(last))], limit: 1, block: block)
                guard let ring = rings.first?.entries.last else { continue }
                last = ring.id
                heard()
            } catch {
                last = .first
                do { try await client.loop.sleep(for: pause) } catch { return }
            }
        }
    }
}
