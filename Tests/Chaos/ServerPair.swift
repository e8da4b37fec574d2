import Loop
import Postgres
import Store
import TestKit

/// Two Postgres servers: one takes writes, and what it commits counts once the other has it too. When the first one dies for
/// good the other takes its place, and a new standby comes up where the first had been.
///
/// It lives on one loop, which is why `@unchecked` holds.
final class ServerPair: @unchecked Sendable {
    private(set) var primary: PrivatePostgres
    private var standby: PrivatePostgres
    private let loop: Loop
    private(set) var failovers = 0
    /// Whether all that was acknowledged is on the standby.
    private var isWaitedFor = false
    /// Somebody kills or starts a server right now.
    private(set) var isDown = false

    /// How long a rebuilt standby is waited for before a commit surely waits for it too: every server process has to hear of it.
    private static let hearing = Duration.seconds(1)
    private static let rebuildPause = Duration.milliseconds(500)

    private init(_ primary: PrivatePostgres, _ standby: PrivatePostgres, on loop: Loop) {
        (self.primary, self.standby, self.loop) = (primary, standby, loop)
    }

    static func with<Value>(on loop: Loop, _ body: (ServerPair) async throws -> Value) async throws -> Value {
        try await PrivatePostgres.with { first in
            // A standby that has lost its primary tries again soon: commits wait for it. Copied into every standby.
            try await command("ALTER SYSTEM SET wal_retrieve_retry_interval = '200ms'", first, on: loop)
            return try await first.withStandby { second in
                let pair = ServerPair(first, second, on: loop)
                try await pair.waitForStandby()
                return try await body(pair)
            }
        }
    }

    /// Both, in an order that stays.
    var ports: [Int] {
        get throws { try [primary.listeningPort, standby.listeningPort].sorted() }
    }

    /// For clients that want whichever of the servers at `ports` takes writes.
    static func address(_ ports: [some BinaryInteger]) -> String {
        let hosts = ports.map { "127.0.0.1:\($0)" }.joined(separator: ",")
        return "postgresql://ledgerline@\(hosts)/ledgerline?target_session_attrs=read-write"
    }

    // MARK: - What happens to them

    /// SIGKILL to all processes of the primary, which then recovers. One at a time: a server that is being started can't be
    /// killed in good order.
    func crash() async throws {
        guard !isDown else { return }
        isDown = true
        defer { isDown = false }
        try await primary.crash()
        try await primary.start()
    }

    /// The primary dies and does not come back; the standby takes its place. Answers whether there was one ready.
    func failOver() async throws -> Bool {
        guard isWaitedFor, !isDown else { return false }
        (isDown, isWaitedFor) = (true, false)
        defer { isDown = false }
        try await primary.crash()
        try await Self.command("SELECT pg_promote(wait => false)", standby, on: loop)
        try await loop.until("the promotion", within: .seconds(60), every: .milliseconds(20)) {
            try await asked("SELECT pg_is_in_recovery()::text", standby) == "false"
        }
        (primary, standby) = (standby, primary)
        failovers += 1
        return true
    }

    /// Makes a standby of the server that died, however often its primary dies meanwhile.
    func mend(while goesOn: () -> Bool) async throws {
        while !isWaitedFor, goesOn() {
            do {
                try await standby.follow(primary)
                try await waitForStandby()
            } catch {
                try await loop.sleep(for: Self.rebuildPause)
            }
        }
    }

    /// From here on nothing is acknowledged that the standby lacks, and it has all that was.
    private func waitForStandby() async throws {
        try await Self.command("ALTER SYSTEM SET synchronous_standby_names = '*'", primary, on: loop)
        try await Self.command("SELECT pg_reload_conf()", primary, on: loop)
        try await loop.until("the standby is waited for", within: .seconds(20), every: .milliseconds(100)) {
            try await asked("SELECT count(*)::text FROM pg_stat_replication WHERE sync_state = 'sync'", primary) == "1"
        }
        try await loop.sleep(for: Self.hearing)
        let written = try await asked("SELECT pg_current_wal_lsn()::text", primary)
        try await loop.until("the standby has it all", within: .seconds(20), every: .milliseconds(100)) {
            try await asked("SELECT coalesce(pg_last_wal_receive_lsn() >= \(written)::pg_lsn, false)::text", standby)
                == "true"
        }
        isWaitedFor = true
    }

    // MARK: - Asking as the superuser

    private func asked(_ sql: SQL, _ server: PrivatePostgres) async throws -> String {
        try await withPool(at: server.superuserURL, on: loop) { try await $0.query(sql).one.decode(String.self) }
    }

    private static func command(_ sql: SQL, _ server: PrivatePostgres, on loop: Loop) async throws {
        try await withPool(at: server.superuserURL, on: loop) { _ = try await $0.execute(sql) }
    }
}
