package import Loop
package import Postgres

/// Gives `body` a pool whose tables stand in a schema of their own, and drops the schema afterwards. Must run on `loop`.
///
/// Extensions of the database are found too: they stand in `public`.
package func withDatabase<Value>(
    on loop: Loop, at url: String? = nil, limits: PoolLimits = PoolLimits(),
    observe: @escaping PostgresObserver = { _ in },
    configure: (inout PostgresConfiguration) -> Void = { _ in },
    _ body: (PostgresPool) async throws -> Value
) async throws -> Value {
    var configuration = try PostgresConfiguration(url ?? Services.databaseURL)
    let schema = try Identifier("test_" + String(UInt64.random(in: 0 ... .max), radix: 36))
    let owner = configuration
    try await once(owner, on: loop, "CREATE SCHEMA \(schema)")
    configuration.searchPath = try [schema, Identifier("public")]
    configure(&configuration)
    let pool = PostgresPool(configuration, on: loop, limits: limits, observe: observe)
    let result: Result<Value, any Error>
    do { result = .success(try await body(pool)) } catch { result = .failure(error) }
    await pool.close()
    try await once(owner, on: loop, "DROP SCHEMA \(schema) CASCADE")
    return try result.get()
}

private func once(_ configuration: PostgresConfiguration, on loop: Loop, _ sql: SQL) async throws {
    var limits = PoolLimits()
    limits.shared = 1
    let pool = PostgresPool(configuration, on: loop, limits: limits)
    let result: Result<PostgresRows, any Error>
    do { result = .success(try await pool.execute(sql)) } catch { result = .failure(error) }
    await pool.close()
    _ = try result.get()
}
