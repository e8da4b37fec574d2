package import Service

/// The settings of `ledgerline-workers`.
package struct WorkersSettings: Sendable {
    package let house: HouseSettings
    package let jobsAtOnce: Int

    package init(_ reader: inout SettingsReader) {
        house = HouseSettings(
            &reader, port: ["LEDGERLINE_WORKERS_PORT", "PORT"], else: "8082", "The port for health and metrics.")
        jobsAtOnce = reader.read(
            "LEDGERLINE_JOBS_AT_ONCE", as: .integer(in: 1...1_000), else: .always("16"),
            "How many jobs run at the same time.")
    }
}
