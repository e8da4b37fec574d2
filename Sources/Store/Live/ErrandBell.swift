import Loop
package import Redis

/// Wakes whoever does errands for calls: a caller hears it ring while we sleep. It says that there is work, not which; who does not
/// hear it looks by themselves a moment later. It lives on its client's loop.
package struct ErrandBell: Sendable {
    private static let stream = "calls:errands:bell"
    /// A ring is over when it was heard.
    private static let ringsKept = 16
    private static let block = Duration.seconds(5)
    private static let pauseWithoutRedis = Duration.milliseconds(500)
    /// Who has just committed does not wait for long to say so.
    private static let patience = Duration.milliseconds(100)

    private let redis: RedisClient

    package init(_ redis: RedisClient) { self.redis = redis }

    package func ring() async {
        let command = RedisCommand("XADD", [.text(Self.stream), "MAXLEN", "~", .number(Self.ringsKept), "*", "r", "1"])
        // Without Redis nobody hears it; they look by themselves.
        do { _ = try await redis.perform(command, RedisCall(deadline: Self.patience)) } catch { return }
    }

    /// Until the task is cancelled. What was rung before anybody listened counts as one ring.
    package func listen(_ heard: () -> Void) async {
        var last = RedisStreamID.first
        while !Task.isCancelled {
            do {
                let batches = try await redis.read([(Self.stream, .after(last))], limit: 1_000, block: Self.block)
                guard let entry = batches.first?.entries.last else { continue }
                last = entry.id
                heard()
            } catch {
                // What was rung meanwhile is not known.
                heard()
                do { try await redis.loop.sleep(for: Self.pauseWithoutRedis) } catch { return }
            }
        }
    }
}
