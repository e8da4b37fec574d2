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
    /// Asked for once: looking an instrument up costs more than counting.
    private let verdicts: [RateClass: Counters]
    private let lines: [(loop: Loop, line: RateLine)]
    /// When Redis may be asked again; nil while it answers.
    private let awayUntil = Shared<Moment?>(nil)

    init(_ settings: RateSettings, _ key: Crypto.Secret, _ station: Station) {
        self.settings = settings
        self.key = key
        log = station.log
        health = station.health
        isLocal = station.metrics.gauge("rate_limits_local", "1 while each process counts for itself.")
        lines = station.benches.map { ($0.loop, RateLine(on: $0.loop)) }
        let family = station.metrics.counters(
            "rate_limit_verdicts_total", "Requests that were counted.", labels: ["class", "by", "verdict"])
        verdicts = Dictionary(
            uniqueKeysWithValues: RateClass.allCases.map { kind in
                (kind, Counters { family.with(kind.rawValue, $0, $1) })
            })
        health.expect(Self.check, .useful)
        health.report(Self.check, .up)
    }

    // MARK: - Counting

    /// On the bench's loop.
    func take(_ bucket: RateBucket, at bench: Workbench) async -> RateVerdict {
        if let verdict = await taken(bucket, at: bench) {
            verdicts[bucket.kind]?.count(verdict, isShared: true)
            return verdict
        }
        let verdict = local.take(bucket)
        verdicts[bucket.kind]?.count(verdict, isShared: false)
        return verdict
    }

    private func taken(_ bucket: RateBucket, at bench: Workbench) async -> RateVerdict? {
        guard mayAskRedis, let line = line(at: bench) else { return nil }
        return await line.take(bucket) { await ask(for: $0, of: bucket, at: bench) }
    }

    private func ask(for count: Int, of bucket: RateBucket, at bench: Workbench) async -> RateLine.Grant? {
        guard let name = await name(of: bucket, at: bench) else { return nil }
        do throws(RedisError) {
            let reply = try await bench.redis.evaluate(
                Self.script, keys: [name], .number(Int(bucket.interval)), .number(Int(bucket.burst)), .number(count),
                call: Self.call)
            guard let pair = reply.array, pair.count == 2, let given = pair[0].integer, let debt = pair[1].integer
            else { return nil }
            redisAnswered()
            return RateLine.Grant(count: Int(given), debt: Int64(debt))
        } catch {
            // Who has gone says nothing about Redis.
            if error.code != .cancelled { redisFailed(error) }
            return nil
        }
    }

    private func line(at bench: Workbench) -> RateLine? { lines.first { $0.loop === bench.loop }?.line }

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
        await line(at: bench)?.name(of: bucket) { await makeName(of: bucket, at: bench) }
    }

    private func makeName(of bucket: RateBucket, at bench: Workbench) async -> String? {
        do {
            let id = try await handle.log(through: bench.postgres).id
            let code = HMACSHA256.code(for: Array(bucket.subject.utf8).span, key: key).prefix(16)
            return "rate:\(id):\(bucket.kind.rawValue):\(Base64.url.encode(Array(code).span))"
        } catch {
            return nil
        }
    }

    private struct Counters: Sendable {
        private let shared, local: (allowed: Counter, refused: Counter)

        init(_ make: (_ by: String, _ verdict: String) -> Counter) {
            shared = (make("redis", "allowed"), make("redis", "refused"))
            local = (make("local", "allowed"), make("local", "refused"))
        }

        func count(_ verdict: RateVerdict, isShared: Bool) {
            let pair = isShared ? shared : local
            (verdict.isAllowed ? pair.allowed : pair.refused).add()
        }
    }

    // MARK: - Redis

    private static let call = RedisCall(deadline: redisDeadline)

    /// The bucket is kept as the moment at which it is full again. Answers how many of those who ask get a token, and how far from full
    /// it was before. Nothing is written for who is refused, and a clock that was put back keeps nobody out for longer than an
    /// empty bucket would.
    static let script = RedisScript(
        """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local interval, burst, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
        local full = tonumber(redis.call('GET', KEYS[1]) or '0')
        if full < now then full = now end
        if full > now + burst then full = now + burst end
        local given = math.min(wanted, math.floor((now + burst - full) / interval))
        if given < 1 then return {0, full - now} end
        local next = full + given * interval
        redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', math.ceil((next - now) / 1000))
        return {given, full - now}
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
