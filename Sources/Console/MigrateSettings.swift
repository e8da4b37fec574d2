import Service

/// What `ledgerline migrate` reads from the environment.
struct MigrateSettings {
    let database: Endpoint
    let folder: String

    init(_ source: SettingsSource) throws(SettingsError) {
        var reader = SettingsReader(source)
        database = Endpoint.database(&reader)
        folder = reader.read(
            "LEDGERLINE_MIGRATIONS", as: .text("a folder", example: "/usr/share/ledgerline/Migrations"),
            else: .always("Migrations"), "The folder of migrations.")
        try reader.finish()
    }
}
