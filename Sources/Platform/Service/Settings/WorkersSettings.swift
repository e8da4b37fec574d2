/// The settings of `ledgerline-workers`.
package struct WorkersSettings: Sendable {
    package let common: CommonSettings
    package let port: UInt16
    package let carrier: CarrierSettings
    package let providers: ProviderSettings
    package let jobsAtOnce: Int

    package init(_ reader: inout SettingsReader) {
        common = CommonSettings(&reader)
        port = reader.read(
            ["LEDGERLINE_WORKERS_PORT", "PORT"], as: .port, else: .always("8082"),
            "The port for health and metrics.")
        carrier = CarrierSettings(&reader)
        providers = ProviderSettings(&reader)
        jobsAtOnce = reader.read(
            "LEDGERLINE_JOBS_AT_ONCE", as: .integer(in: 1...1_000), else: .always("16"),
            "How many jobs run at the same time.")
    }
}
