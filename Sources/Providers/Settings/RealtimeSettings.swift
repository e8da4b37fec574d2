package import Service

/// The settings of `ledgerline-realtime`.
package struct RealtimeSettings: Sendable {
    package let house: HouseSettings
    package let callsMax: Int
    /// The folder of the journal.
    package let journal: String
    package let traces: TraceSettings

    package init(_ reader: inout SettingsReader) {
        house = HouseSettings(
            &reader, port: ["LEDGERLINE_REALTIME_PORT", "PORT"], else: "8081",
            "The port that media streams come in on.")
        callsMax = reader.read(
            "LEDGERLINE_CALLS_MAX", as: .integer(in: 1...10_000), else: .always("200"),
            "How many calls this process takes at once.")
        journal = reader.read(
            "LEDGERLINE_JOURNAL", as: .text("a folder", example: "/var/lib/ledgerline/journal"),
            else: .always("journal"),
            "The folder in which events of calls are kept until the log has them; one for each process.")
        traces = TraceSettings(&reader, journal: journal)
    }
}
