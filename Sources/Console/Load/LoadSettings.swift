import Service

/// Where the servers are that a load is put on, and what engines learn from.
struct LoadSettings {
    let database: Endpoint
    let redis: Endpoint
    let models: String?

    init(_ source: SettingsSource) throws(SettingsError) {
        var reader = SettingsReader(source)
        database = Endpoint.database(&reader)
        redis = reader.read(
            "REDIS_URL", as: .secretEndpoint("redis", "rediss"), else: .outsideProduction("redis://127.0.0.1:6379"),
            "The Redis or Valkey server.")
        models = reader.find(
            "LEDGERLINE_MODELS", as: .text("a folder", example: "/var/lib/ledgerline/models"),
            "The folder of the models that deploy/local/models fetches.")
        try reader.finish()
    }
}
