extension Endpoint {
    /// Where the database is, for whoever reads settings.
    package static func database(_ reader: inout SettingsReader) -> Endpoint {
        reader.read(
            "DATABASE_URL", as: .secretEndpoint("postgresql", "postgres"),
            else: .outsideProduction("postgresql://postgres@127.0.0.1:5432/app"), "The Postgres database.")
    }
}
