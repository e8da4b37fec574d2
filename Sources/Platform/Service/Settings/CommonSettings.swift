/// What every process of ours reads: where it runs, what it connects to, how it speaks about itself and how it stops.
package struct CommonSettings: Sendable {
    package let environment: Environment
    package let instance: String?
    package let database: Endpoint
    package let databaseConnections: Int
    package let databasePooler: DatabasePooler
    package let redis: Endpoint
    package let address: String
    package let loops: Int?
    package let logLevel: LogLevel
    package let logFormat: LogFormat
    /// How long a stop may take before what still runs is cancelled.
    package let drainDeadline: Duration
    package let tracing: TraceSettings

    package init(_ reader: inout SettingsReader) {
        environment = reader.environment
        instance = reader.find(
            ["LEDGERLINE_INSTANCE", "FLY_MACHINE_ID", "HOSTNAME"],
            as: .text("a name without blanks", example: "api-1"),
            "Tells instances of one process apart in logs and leases.")
        database = Endpoint.database(&reader)
        databaseConnections = reader.read(
            "LEDGERLINE_DATABASE_CONNECTIONS", as: .integer(in: 1...200), else: .always("8"),
            "The most connections this process opens to Postgres.")
        databasePooler = DatabasePooler.read(&reader)
        redis = reader.read(
            "REDIS_URL", as: .secretEndpoint("redis", "rediss"), else: .outsideProduction("redis://127.0.0.1:6379"),
            "The Redis or Valkey server.")
        address = reader.read(
            "LEDGERLINE_ADDRESS", as: .text("an IPv4 or IPv6 address", example: "::"), else: .always("0.0.0.0"),
            "The address to listen on.")
        loops = reader.find(
            "LEDGERLINE_LOOPS", as: .integer(in: 1...64), "How many threads serve; one per core when absent.")
        logLevel = reader.read(
            "LEDGERLINE_LOG_LEVEL", as: .choice(of: LogLevel.self), else: .always("info"), "The quietest level logged.")
        logFormat = reader.read(
            "LEDGERLINE_LOG_FORMAT", as: .choice(of: LogFormat.self), else: .always("auto"),
            "JSON lines, or coloured lines for people; auto looks whether the output is a terminal.")
        drainDeadline = reader.read(
            "LEDGERLINE_DRAIN_DEADLINE", as: .duration(in: .seconds(1)...(.seconds(3600))), else: .always("25s"),
            "How long a stop may take until what still runs is cancelled.")
        tracing = TraceSettings(&reader)
    }
}
