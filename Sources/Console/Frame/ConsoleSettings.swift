import Service

/// Where the database is, for commands that look into it.
struct ConsoleSettings {
    /// What the settings of a command are, for its guide.
    static let guide = """
        settings
          DATABASE_URL   the database, as the processes' login
        """
    /// For commands that show or fold what people said.
    static let guideWithKey = """
        settings
          DATABASE_URL             the database, as the processes' login
          LEDGERLINE_SEALING_KEY   opens what people said, where it is sealed: the one that the processes have
        """

    let database: Endpoint

    init(_ source: SettingsSource) throws(SettingsError) {
        var reader = SettingsReader(source)
        database = Endpoint.database(&reader)
        try reader.finish()
    }
}
