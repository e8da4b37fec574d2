import Service

/// Where the database is, for commands that look into it.
struct ConsoleSettings {
    /// What the settings of a command are, for its guide.
    static let guide = """
        settings
          DATABASE_URL   the database, as the processes' login
          LEDGERLINE_DATABASE_POOLER   "transaction" where a pooler stands before it
        """
    /// For commands that show or fold what people said.
    static let guideWithKey = """
        settings
          DATABASE_URL             the database, as the processes' login
          LEDGERLINE_SEALING_KEY   opens what people said, where it is sealed: the one that the processes have
        """

    let database: Endpoint
    let pooler: DatabasePooler

    init(_ source: SettingsSource) throws(SettingsError) {
        var reader = SettingsReader(source)
        database = Endpoint.database(&reader)
        pooler = DatabasePooler.read(&reader)
        try reader.finish()
    }
}
