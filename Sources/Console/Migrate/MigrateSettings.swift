import Service

/// What `ledgerline migrate` reads from the environment.
struct MigrateSettings {
    let database: Endpoint
    let folder: String

    init(_ source: SettingsSource) throws(SettingsError) {
        var reader = SettingsReader(source)
        self.init(&reader)
        try reader.finish()
    }

    init(_ reader: inout SettingsReader) {
        let processes = Endpoint.database(&reader)
        let owner = reader.find(
            "DATABASE_OWNER_URL", as: .secretEndpoint("postgresql", "postgres"),
            "The same database, as the login that owns it; the processes' own login may not change tables.")
        database = owner ?? processes
        folder = reader.read(
            "LEDGERLINE_MIGRATIONS", as: .text("a folder", example: "/usr/share/ledgerline/Migrations"),
            else: .always("Migrations"), "The folder of migrations.")
    }
}
