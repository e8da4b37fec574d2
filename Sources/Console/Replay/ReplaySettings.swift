import Providers
import Service
import Store

/// Where traces are, and what opens them.
struct ReplaySettings {
    static let guide = """
        settings
          LEDGERLINE_TRACES        the folder of the traces; else the one beside LEDGERLINE_JOURNAL, as for ledgerline-realtime
          LEDGERLINE_SEALING_KEY   opens traces and what people said in the log: the one that the processes have
          DATABASE_URL             the database, as the processes' login
        """

    let folder: String?
    let database: Endpoint
    let sealing: Sealing?

    init(_ source: SettingsSource) throws {
        var reader = SettingsReader(source)
        let journal = reader.read(
            "LEDGERLINE_JOURNAL", as: .text("a folder", example: "/var/lib/ledgerline/journal"),
            else: .always("journal"), "The journal's folder, beside which traces are.")
        folder = TraceSettings(&reader, journal: journal).folder
        database = Endpoint.database(&reader)
        try reader.finish()
        sealing = try SealingKey.find(source)
    }
}
