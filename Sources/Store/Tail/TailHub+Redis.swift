import Loop
import Redis
import Service

extension TailHub {
    /// Lets Redis say when something came: which, and whether it is true, only the log knows.
    func listen() async {
        guard let redis else { return }
        var heard: [Int64] = []
        while !Task.isCancelled {
            guard let place, !keys.isEmpty else {
                heard = []
                guard await ear.wait(atMost: limits.block) else { return }
                continue
            }
            if heard.count != place.positions.count { heard = place.positions }
            heard = zip(heard, place.positions).map { max($0, $1) }
            let names = keys
            do throws(RedisError) {
                let asked = zip(names, heard).map { name, position in
                    (stream: name, after: RedisClient.StreamStart.after(.init(time: UInt64(position), number: 0)))
                }
                let batches = try await redis.read(asked, limit: limits.roundMax, block: limits.block)
                isRedisAway = false
                for batch in batches {
                    guard let lane = names.firstIndex(of: batch.stream), let last = batch.entries.last else { continue }
                    heard[lane] = max(heard[lane], Int64(clamping: last.id.time))
                }
                if !batches.isEmpty { wake() }
            } catch {
                if Task.isCancelled { return }
                isRedisAway = true
                heard = []
                guard await ear.pause(for: limits.pauseWithoutRedis) else { return }
            }
        }
    }
}
