import Loop
import Postgres
import Service

/// A way into the database for the length of one command.
enum Database {
    /// How long a command waits for a connection before it says that there is none.
    static let patience = Duration.seconds(4)

    /// The database that the environment names, as the processes' login.
    static func with(body: @escaping @Sendable (PostgresPool) async throws -> Void) throws {
        let settings = try ConsoleSettings(.process)
        try with(settings.database, behind: settings.pooler, body: body)
    }

    /// Runs `body` on a loop of its own with a pool. What Postgres can't do becomes words that say what to do next.
    static func with(
        _ url: Endpoint, behind pooler: DatabasePooler = .none,
        body: @escaping @Sendable (PostgresPool) async throws -> Void
    ) throws {
        var configuration = try PostgresConfiguration(url.revealed)
        configuration.isBehindPooler = pooler == .transaction
        configuration.applicationName = "ledgerline-console"
        let settled = configuration
        try Loops.run(1, name: "console") { loops in
            let watch = ConnectWatch()
            var limits = PoolLimits()
            limits.shared = 1
            limits.waitDeadline = patience
            let pool = PostgresPool(settled, on: loops.first, limits: limits) { watch.tell($0) }
            let result: Result<Void, any Error>
            do { result = .success(try await body(pool)) } catch { result = .failure(watch.explain(error)) }
            await pool.close()
            try result.get()
        }
    }

    /// Remembers why connecting failed: whoever waits in line is only told that nothing became free. Used on the pool's loop
    /// alone, which is why `@unchecked` holds.
    private final class ConnectWatch: @unchecked Sendable {
        private var failure: PostgresError?

        func tell(_ happening: PostgresHappening) {
            switch happening {
            case .connectFailed(let error, _): failure = error
            case .connected: failure = nil
            default: break
            }
        }

        func explain(_ error: any Error) -> any Error {
            guard let error = error as? PostgresError else { return error }
            if error.sqlState == .undefinedTable || error.sqlState == .undefinedColumn {
                return Trouble("\(error): the database is not up to date; `ledgerline migrate` mends that")
            }
            guard let failure, error.isAway else { return error }
            return Trouble(
                "the database can't be reached: \(failure). See that Postgres runs and that DATABASE_URL names it")
        }
    }
}

extension PostgresError {
    /// Whether the same may succeed once the server can be reached.
    var isAway: Bool { isRetryable || isConnectionLoss || code == .serverSilent || code == .poolExhausted }
}

/// Why a command failed, in words for who called it.
struct Trouble: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
