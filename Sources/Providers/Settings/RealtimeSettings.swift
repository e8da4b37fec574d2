package import Service

/// The settings of `ledgerline-realtime`.
package struct RealtimeSettings: Sendable {
    package let house: HouseSettings
    package let callsMax: Int

    package init(_ reader: inout SettingsReader) {
        house = HouseSettings(
            &reader, port: ["LEDGERLINE_REALTIME_PORT", "PORT"], else: "8081",
            "The port that media streams come in on.")
        callsMax = reader.read(
            "LEDGERLINE_CALLS_MAX", as: .integer(in: 1...10_000), else: .always("200"),
            "How many calls this process takes at once.")
    }
}
