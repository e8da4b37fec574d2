import Service

/// A new user's password, for whoever has no terminal to type it on.
struct PasswordSettings {
    let password: Secret?

    init(_ source: SettingsSource) throws(SettingsError) {
        var reader = SettingsReader(source)
        self.init(&reader)
        try reader.finish()
    }

    init(_ reader: inout SettingsReader) {
        password = reader.find(
            "LEDGERLINE_PASSWORD", as: .secret(), "What `ledgerline user create` gives a new user as a password.")
    }
}
