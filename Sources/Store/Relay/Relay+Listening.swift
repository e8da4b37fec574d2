import Loop
import Redis

extension Relay {
    /// Hears the bell of those who append, and looks at once. Works until it is cancelled.
    ///
    /// What was rung last before it listened, or while Redis was away, counts as a ring: nothing is missed between two reads. Should
    /// Redis' clock go back after it lost everything, rings are missed until it is where it was; then only polling helps.
    func listen() async {
        let key = LogBell.key(of: log)
        var last = RedisStreamID.first
        while !Task.isCancelled {
            do throws(RedisError) {
                let heard = try await client.read([(key, .after(last))], limit: 1, block: limits.listening)
                guard let entry = heard.first?.entries.last else { continue }
                last = entry.id
                heardRing()
            } catch {
                last = .first
                do { try await client.loop.sleep(for: limits.pauseWhenIdle) } catch { return }
            }
        }
    }
}
