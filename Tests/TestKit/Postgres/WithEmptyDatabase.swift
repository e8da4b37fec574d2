import Foundation
package import Loop
package import Postgres

/// Gives `body` the URL of a database that was made for it and has no tables, and drops it afterwards. Must run on
/// `loop`.
package func withEmptyDatabase<Value>(
    on loop: Loop, _ body: (_ url: String) async throws -> Value
) async throws -> Value {
    let server = try Services.databaseURL
    let name = "test_" + String(UInt64.random(in: 0 ... .max), radix: 36)
    guard var url = URLComponents(string: server) else {
        throw Services.Failure(description: "DATABASE_URL is no URL")
    }
    url.path = "/\(name)"
    guard let own = url.string else { throw Services.Failure(description: "DATABASE_URL can't name a database") }
    let database = try Identifier(name)
    try await withPool(at: server, on: loop) { _ = try await $0.execute("CREATE DATABASE \(database)") }
    let result: Result<Value, any Error>
    do { result = .success(try await body(own)) } catch { result = .failure(error) }
    try await withPool(at: server, on: loop) { pool in
        // A superuser's session may still be on its way out, which nobody else may end.
        try await loop.until("the end of others' sessions") {
            do {
                try await pool.execute("DROP DATABASE \(database) WITH (FORCE)")
                return true
            } catch let error as PostgresError where error.sqlState == .insufficientPrivilege {
                return false
            }
        }
    }
    return try result.get()
}

/// A pool at `url` as long as `body` runs.
package func withPool<Value>(
    at url: String, on loop: Loop, _ body: (PostgresPool) async throws -> Value
) async throws -> Value {
    let pool = PostgresPool(try PostgresConfiguration(url), on: loop)
    let result: Result<Value, any Error>
    do { result = .success(try await body(pool)) } catch { result = .failure(error) }
    await pool.close()
    return try result.get()
}
