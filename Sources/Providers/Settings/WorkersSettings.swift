package import Service

/// The settings of `ledgerline-workers`.
package struct WorkersSettings: Sendable {
    package let house: HouseSettings
    package let jobsAtOnce: Int
    /// How long after its end a call is looked at.
    package let settledAfter: Duration

    package init(_ reader: inout SettingsReader) {
        house = HouseSettings(
            &reader, port: ["LEDGERLINE_WORKERS_PORT", "PORT"], else: "8082", "The port for health and metrics.")
        jobsAtOnce = reader.read(
            "LEDGERLINE_JOBS_AT_ONCE", as: .integer(in: 1...1_000), else: .always("16"),
            "How many jobs run at the same time.")
        settledAfter = reader.read(
            "LEDGERLINE_SETTLED_AFTER", as: .duration(in: .zero ... .seconds(3_600)), else: .always("10s"),
            "How long after its end a call is looked at: until then what was under way has come in.")
    }
}
