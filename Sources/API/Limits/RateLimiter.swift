import Crypto
import HTTP
import Loop
import Process
import Providers
import Redis
import Service
import Store
import Wire

/// Gives each sender its share. The buckets are in Redis, so that all processes count as one, by Redis' clock; while Redis is
/// away each process counts for itself, and says so.
final class RateLimiter: Sendable {
    static let check = "rate_limits"
    /// Nobody waits longer than this to be counted.
    static let redisDeadline = Duration.milliseconds(250)
    /// How long Redis is left alone after it has failed.
    static let redisPause = Duration.seconds(1)

    let settings: RateSettings
    let local = LocalRates()
    private let key: Crypto.Secret
    private let log: Log
    private let health: HealthBoard
    private let handle = LogHandle()
    private let isLocal: Gauge
    private let verdicts: MetricFamily<Counter>
    /// When Redis may be asked again; nil while it answers.
    private let awayUntil = Shared<Moment?>(nil)

    init(_ settings: RateSettings, _ key: Crypto.Secret, _ station: Station) {
        self.settings = settings
        self.key = key
        log = station.log
        health = station.health
        isLocal = station.metrics.gauge("rate_limits_local", "1 while each process counts for itself.")
        verdicts = station.metrics.counters(
            "rate_limit_verdicts_total", "Requests that were counted.", labels: ["class", "by", "verdict"])
        health.expect(Self.check, .useful)
        health.report(Self.check, .up)
    }

    // MARK: - Counting

    /// On the bench's loop.
    func take(_ bucket: RateBucket, at bench: Workbench) async -> RateVerdict {
        if let verdict = await taken(bucket, at: bench) {
            count(verdict, by: "redis")
            return verdict
        }
        let verdict = local.take(bucket)
        count(verdict, by: "local")
        return verdict
    }

    private func taken(_ bucket: RateBucket, at bench: Workbench) async -> RateVerdict? {
        guard mayAskRedis, let name = await name(of: bucket, at: bench) else { return nil }
        do throws(RedisError) {
            let reply = try await bench.redis.evaluate(
                Self.script, keys: [name], .number(Int(bucket.interval)), .number(Int(bucket.burst)), call: Self.call)
            guard let pair = reply.array, pair.count == 2, let answer = pair[0].integer, let debt = pair[1].integer
            else { return nil }
            redisAnswered()
            return RateVerdict(bucket: bucket, isAllowed: answer == 1, debt: Int64(debt))
        } catch {
            redisFailed(error)
            return nil
        }
    }

    /// It succeeded: what was counted is void.
    func forgive(_ bucket: RateBucket, at bench: Workbench) async {
        local.forgive(bucket)
        guard mayAskRedis, let name = await name(of: bucket, at: bench) else { return }
        do throws(RedisError) {
            _ = try await bench.redis.perform(RedisCommand("DEL", [.text(name)]), Self.call)
        } catch { redisFailed(error) }
    }

    /// Two databases never meet in one Redis, and nobody's address stands there. Nil while there is no database to ask for its name.
    private func name(of bucket: RateBucket, at bench: Workbench) async -> String? {
        do {
            let id = try await handle.log(through: bench.postgres).id
            let code = HMACSHA256.code(for: Array(bucket.subject.utf8).span, key: key).prefix(16)
            return "rate:\(id):\(bucket.kind.rawValue):\(Base64.url.encode(Array(code).span))"
        } catch {
            return nil
        }
    }

    private func count(_ verdict: RateVerdict, by whom: String) {
        verdicts.with(verdict.bucket.kind.rawValue, whom, verdict.isAllowed ? "allowed" : "refused").add()
    }

    // MARK: - Redis

    private static let call = RedisCall(deadline: redisDeadline)

    /// The bucket is kept as the moment at which it is full again. Nothing is written for who is refused, and a clock that was
    /// put back keeps nobody out for longer than an empty bucket would.
    static let script = RedisScript(
        """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
        local full = tonumber(redis.call('GET', KEYS[1]) or '0')
        if full < now then full = now end
        if full > now + burst then full = now + burst end
        local next = full + interval
        if next > now + burst then return {0, full - now} end
        redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', math.ceil((next - now) / 1000))
        return {1, next - now}
        """)

    private var mayAskRedis: Bool { awayUntil.with { $0.map { $0 <= .now } ?? true } }

    private func redisAnswered() {
        guard
            awayUntil.with({ away in
                defer { away = nil }; return away != nil
            })
        else { return }
        isLocal.set(0)
        health.report(Self.check, .up)
        log.info("rate_limits_shared")
    }

    private func redisFailed(_ error: RedisError) {
        let isNews = awayUntil.with { away in
            defer { away = .now + Self.redisPause }
            return away == nil
        }
        guard isNews else { return }
        isLocal.set(1)
        health.report(Self.check, .degraded("Redis is away: each process counts for itself"))
        log.warn("rate_limits_local", .error(error))
    }

    /// Notices that Redis is back when nobody asks for anything.
    func watch(_ shift: Shift, at bench: Workbench) async {
        shift.ready()
        await shift.withBell(on: bench.loop) { bell in
            repeat {
                guard awayUntil.with({ $0 != nil }) else { continue }
                do throws(RedisError) {
                    try await bench.redis.ping()
                    redisAnswered()
                } catch {
                    // It is known to be away.
                    continue
                }
            } while await bell.pause(for: Self.redisPause)
        }
    }

    // MARK: - Doors

    /// Counts webhooks by where they come from, before their signatures are checked.
    func middleware(_ station: Station) -> Middleware {
        Middleware(
            { request, next in
                guard request.path.hasPrefix("/webhooks/"), !request.remoteAddress.isEmpty else {
                    return try await next(request)
                }
                let bucket = RateBucket.webhookFrom(address: request.remoteAddress, self.settings)
                let verdict = await self.take(bucket, at: station.bench)
                guard verdict.isAllowed else { throw Problems.tooMany(verdict) }
                return try await next(request)
            }, atOnce: { request, next in try next(request) })
    }
}
