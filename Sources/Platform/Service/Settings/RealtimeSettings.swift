/// The settings of `ledgerline-realtime`.
package struct RealtimeSettings: Sendable {
    package let common: CommonSettings
    package let port: UInt16
    package let carrier: CarrierSettings
    package let providers: ProviderSettings
    package let callsMax: Int

    package init(_ reader: inout SettingsReader) {
        common = CommonSettings(&reader)
        port = reader.read(
            ["LEDGERLINE_REALTIME_PORT", "PORT"], as: .port, else: .always("8081"),
            "The port that media streams come in on.")
        carrier = CarrierSettings(&reader)
        providers = ProviderSettings(&reader)
        callsMax = reader.read(
            "LEDGERLINE_CALLS_MAX", as: .integer(in: 1...10_000), else: .always("200"),
            "How many calls this process takes at once.")
    }
}
