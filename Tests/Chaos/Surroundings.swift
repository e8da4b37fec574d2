import Glibc
import Postgres
import Redis

/// What a role finds in its environment.
enum Surroundings {
    static func database(_ name: String) throws -> PostgresConfiguration {
        var configuration = try PostgresConfiguration(try setting("DATABASE_URL"))
        configuration.applicationName = name
        return configuration
    }

    static func redis() throws -> RedisSettings { RedisSettings(address: try RedisAddress(try setting("REDIS_URL"))) }

    private static func setting(_ name: String) throws -> String {
        guard let value = getenv(name) else { throw Trouble("\(name) is not set") }
        return String(cString: value)
    }
}
