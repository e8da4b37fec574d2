import Crypto
import Foundation
import Glibc
import Loop
import Postgres
import Redis
import Store
import TestKit

/// Holds one game: starts everything, lets happen what the plan says, ends it in peace, and judges.
///
/// It lives on one loop, which is why `@unchecked` holds.
final class Referee: @unchecked Sendable {
    static let peace = Duration.seconds(90)

    let options: RefereeOptions
    let loop: Loop
    let servers: Servers
    let pool: PostgresPool
    let folder: TemporaryFolder
    let disks: Disks
    let writers: Crew
    let workers: Crew
    var faults: [String: Int] = [:]
    /// What went wrong outside the tables.
    var complaints: [String] = []
    private var isPlaying = true

    static func hold(_ options: RefereeOptions, on loop: Loop) async throws -> Bool {
        say(
            "chaos: \(options.seconds) s, seed \(options.seed) (the same again: make chaos SECONDS=\(options.seconds) SEED=\(options.seed))"
        )
        return try await ServerPair.with(on: loop) { pair in
            try await TemporaryFolder.with { folder in
                let servers = try Servers(pair, in: folder, on: loop)
                try servers.startRedis()
                let pool = PostgresPool(try PostgresConfiguration(ServerPair.address(pair.ports)), on: loop)
                let result: Result<Bool, any Error>
                do {
                    try await prepare(pool)
                    let disks = try Disks(FaultPlan.writers, in: folder)
                    defer { disks.unmount() }
                    let referee = try Referee(options, servers, pool, folder, disks, on: loop)
                    result = .success(try await referee.play())
                } catch {
                    result = .failure(error)
                }
                if options.keeps { say("kept: \(keep(folder))") }
                await pool.close()
                await servers.close()
                return try result.get()
            }
        }
    }

    private static func keep(_ folder: TemporaryFolder) -> String {
        let place = "/var/tmp/ledgerline-chaos-\(getpid())"
        return system("cp -r '\(folder.path)' '\(place)'") == 0 ? place : "nothing: \(place) can't be written"
    }

    private static func prepare(_ pool: PostgresPool) async throws {
        try await Migrator(pool.configuration, on: pool.loop, folder: Services.repository + "/Migrations").apply()
        try await pool.execute(
            """
            CREATE TABLE effects (number bigint GENERATED ALWAYS AS IDENTITY, lane smallint, position bigint, stream_id uuid,
                version int, event_id uuid, at timestamptz DEFAULT clock_timestamp())
            """)
        try await pool.execute("CREATE TABLE repaired (at timestamptz)")
    }

    private init(
        _ options: RefereeOptions, _ servers: Servers, _ pool: PostgresPool, _ folder: TemporaryFolder, _ disks: Disks,
        on loop: Loop
    ) throws {
        self.disks = disks
        self.options = options
        self.servers = servers
        self.pool = pool
        self.folder = folder
        self.loop = loop
        let own = BuiltProducts.folder.appending(path: "Chaos").path
        let clock = WrongClock.find()
        if clock == nil { say("chaos: libfaketime is not installed, so all clocks are right") }
        func skew(_ errors: [String], _ place: Int) -> [String: String] {
            errors[place].isEmpty ? [:] : clock?.environment(errors[place]) ?? [:]
        }
        let writing = ["DATABASE_URL": try servers.url(over: .writersToPostgres)]
        writers = try Crew(FaultPlan.writers, on: loop) { place in
            let options = WriterOptions(
                name: "writer-\(place)", journal: disks.path(place), ledger: folder.path("ledger-\(place)"),
                seed: options.seed &+ UInt64(place))
            return try Child.start(
                own, options.arguments, writing.merging(skew(FaultPlan.writersClocks, place)) { $1 },
                output: folder.path("writer-\(place).log"))
        }
        let working = [
            "DATABASE_URL": try servers.url(over: .workersToPostgres),
            "REDIS_URL": try servers.url(over: .workersToRedis),
        ]
        workers = try Crew(FaultPlan.workers, on: loop) { place in
            try Child.start(
                own, ["worker"], working.merging(skew(FaultPlan.workersClocks, place)) { $1 },
                output: folder.path("worker-\(place).log"))
        }
    }

    // MARK: - The game

    private func play() async throws -> Bool {
        let plan = FaultPlan(seed: options.seed, for: .seconds(options.seconds))
        let began = Moment.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(executorPreference: loop) { [self] in await writers.keepFull() }
            group.addTask(executorPreference: loop) { [self] in await workers.keepFull() }
            var told = Moment.now
            for entry in plan.entries {
                try await wait(until: began + entry.at)
                faults[String(entry.fault.description.prefix { !$0.isNumber && $0 != "," }), default: 0] += 1
                // Each has its own time; the plan goes on meanwhile.
                group.addTask(executorPreference: loop) { [self] in try await perform(entry.fault) }
                if Moment.now - told > .seconds(10) {
                    told = .now
                    say(
                        "chaos: \(Int((told - began).inSeconds)) s, \(writers.started + workers.started) processes so far"
                    )
                }
            }
            try await wait(until: began + .seconds(options.seconds))
            try await loop.sleep(for: .seconds(5))
            isPlaying = false
            try await endInPeace()
            try await group.waitForAll()
        }
        return try await judge()
    }

    private func wait(until moment: Moment) async throws {
        let now = Moment.now
        if now < moment { try await loop.sleep(for: moment - now) }
    }

    private func perform(_ fault: Fault) async throws {
        switch fault {
        case .killWriter(let place): writers.send(SIGKILL, to: place)
        case .killWorker(let place): workers.send(SIGKILL, to: place)
        case .pauseWriter(let place, let time):
            writers.send(SIGSTOP, to: place)
            try await loop.sleep(for: time)
            writers.send(SIGCONT, to: place)
        case .pauseWorker(let place, let time):
            // Now and then longer than its leases.
            workers.send(SIGSTOP, to: place)
            try await loop.sleep(for: time > .milliseconds(3_500) ? time * 4 : time)
            workers.send(SIGCONT, to: place)
        case .flushRedis: try servers.redis("FLUSHALL")
        case .killRedis(let away):
            await servers.killRedis()
            try await loop.sleep(for: away)
            try servers.startRedis()
        case .pauseRedis(let time):
            servers.signalRedis(SIGSTOP)
            try await loop.sleep(for: time)
            servers.signalRedis(SIGCONT)
        case .deleteStream(let lane): try servers.redis("EVAL", Self.deletion, "0", String(lane))
        case .forgeEntry(let lane, let isFarAhead):
            try servers.redis("EVAL", Self.forgery, "0", String(lane), isFarAhead ? "1000000" : "1")
        case .crashPostgres: try await servers.pair.crash()
        case .failOver:
            guard try await servers.pair.failOver() else { return }
            try await servers.pair.mend { self.isPlaying }
        case .killBackend: try await killBackend()
        case .line(let line, let lineFault, let time):
            try servers.disturb(line, lineFault)
            try await loop.sleep(for: time)
            try servers.mend(line)
        case .fillDisk(let place, let time):
            guard disks.isThere else { return }
            try disks.fill(place)
            try await loop.sleep(for: time)
            disks.empty(place)
        }
    }

    /// Whatever the stream of a lane is called, it ends with the lane's number.
    private static let deletion =
        "for _, k in ipairs(redis.call('KEYS', 'ev:*:' .. ARGV[1])) do redis.call('DEL', k) end return 0"
    private static let forgery = """
        for _, k in ipairs(redis.call('KEYS', 'ev:*:' .. ARGV[1])) do
          local last = redis.call('XREVRANGE', k, '+', '-', 'COUNT', 1)[1]
          local id = (last and tonumber(string.match(last[1], '%d+')) or 0) + tonumber(ARGV[2])
          redis.call('XADD', k, id .. '-0', 's', 'somebody', 'v', '1', 'e', 'something', 't', 'chaos.forged')
        end return 0
        """

    private func killBackend() async throws {
        guard !servers.pair.isDown else { return }
        do {
            let victims = try await pool.query(
                "SELECT pid FROM pg_stat_activity WHERE application_name IN ('writer', 'worker') ORDER BY random() LIMIT 1"
            )
            for row in victims { kill(try row.decode(Int32.self), SIGKILL) }
        } catch is PostgresError {
            // Postgres is down already: nothing to kill.
        }
    }
}
