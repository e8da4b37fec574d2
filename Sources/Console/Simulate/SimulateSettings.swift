import Service

/// Where the running system is, and what its simulated carrier agreed with it.
struct SimulateSettings {
    static let deskUsual = ".ledgerline/desk.json"

    let desk: String
    let house: Endpoint

    init(_ source: SettingsSource) throws(SettingsError) {
        var reader = SettingsReader(source)
        self.init(&reader)
        try reader.finish()
    }

    init(_ reader: inout SettingsReader) {
        desk = reader.read(
            "LEDGERLINE_DESK", as: .text("a file", example: Self.deskUsual), else: .always(Self.deskUsual),
            "The simulated carrier's keys, and the demo owner's password.")
        house = reader.read(
            "PUBLIC_URL", as: .endpoint("https", "http"), else: .always("http://127.0.0.1:8080"),
            "Where the API is.")
    }
}
