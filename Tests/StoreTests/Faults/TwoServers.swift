import Crypto
import Loop
import Postgres
import Store
import TestKit

/// A primary with a log in it, and a standby that streams from it.
struct TwoServers {
    let primary: PrivatePostgres
    let standby: PrivatePostgres
    let loop: Loop

    static func with(_ body: @escaping @Sendable (TwoServers) async throws -> Void) async throws {
        try await Loops.with { loops in
            try await PrivatePostgres.with { primary in
                try await Migrator(
                    PostgresConfiguration(primary.url), on: loops.first, folder: Services.repository + "/Migrations"
                ).apply()
                try await primary.withStandby { standby in
                    try await body(TwoServers(primary: primary, standby: standby, loop: loops.first))
                }
            }
        }
    }

    /// Whichever of the two takes writes, the primary first.
    func withClients<Value>(_ body: (PostgresPool) async throws -> Value) async throws -> Value {
        let hosts = "127.0.0.1:\(try primary.listeningPort),127.0.0.1:\(try standby.listeningPort)"
        var configuration = try PostgresConfiguration(
            "postgresql://ledgerline@\(hosts)/ledgerline?target_session_attrs=read-write")
        configuration.connectDeadline = .seconds(2)
        configuration.cancelGrace = .seconds(1)
        var limits = PoolLimits()
        limits.pauseMax = .milliseconds(200)
        let pool = PostgresPool(configuration, on: loop, limits: limits)
        let result: Result<Value, any Error>
        do { result = .success(try await body(pool)) } catch { result = .failure(error) }
        await pool.close()
        return try result.get()
    }

    // MARK: - The standby

    /// Until the standby has all that the primary has.
    func untilCaughtUp() async throws {
        let written = try await asked("SELECT pg_current_wal_lsn()::text", of: primary)
        try await loop.until("the standby has it", within: .seconds(30)) {
            try await asked(
                "SELECT coalesce(pg_last_wal_replay_lsn() >= \(written)::pg_lsn, false)::text", of: standby) == "true"
        }
    }

    /// From now on the standby hears nothing, and the primary does not care.
    func cut() async throws {
        try await command("ALTER SYSTEM SET primary_conninfo = ''", standby)
        try await command("SELECT pg_reload_conf()", standby)
        try await loop.until("nobody streams", within: .seconds(30)) {
            try await asked("SELECT count(*)::text FROM pg_stat_replication", of: primary) == "0"
        }
    }

    func promote() async throws {
        try await command("SELECT pg_promote()", standby)
        try await loop.until("the promotion", within: .seconds(30)) {
            try await asked("SELECT pg_is_in_recovery()::text", of: standby) == "false"
        }
    }

    /// Commits wait for the standby.
    func waitForStandby() async throws {
        try await command("ALTER SYSTEM SET synchronous_standby_names = '*'", primary)
        try await command("SELECT pg_reload_conf()", primary)
        try await loop.until("the standby is waited for", within: .seconds(30)) {
            try await asked("SELECT count(*)::text FROM pg_stat_replication WHERE sync_state = 'sync'", of: primary)
                == "1"
        }
    }

    // MARK: - Asking as the superuser

    func asked(_ sql: SQL, of server: PrivatePostgres) async throws -> String {
        try await withPool(at: server.superuserURL, on: loop) { try await $0.query(sql).one.decode(String.self) }
    }

    func command(_ sql: SQL, _ server: PrivatePostgres) async throws {
        try await withPool(at: server.superuserURL, on: loop) { _ = try await $0.execute(sql) }
    }

    func events(on server: PrivatePostgres) async throws -> Int {
        try await withPool(at: server.superuserURL, on: loop) {
            try await $0.query("SELECT count(*) FROM events").one.decode(Int.self)
        }
    }
}
