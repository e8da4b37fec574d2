import Service

/// The names of all processes together: one file of variables usually serves them all.
package enum KnownSettings {
    package static var names: Set<String> {
        SettingsGuide { APISettings(&$0) }.names
            .union(SettingsGuide { RealtimeSettings(&$0) }.names)
            .union(SettingsGuide { WorkersSettings(&$0) }.names)
            .union(deployment)
    }

    /// Read by the scripts that run and deploy us and by `ledgerline`, not by our processes, which may find them all the same.
    private static let deployment: Set<String> = [
        "LEDGERLINE_STATE", "LEDGERLINE_POSTGRES_BIN", "LEDGERLINE_MIGRATIONS", "LEDGERLINE_DESK",
        "LEDGERLINE_PASSWORD", "LEDGERLINE_PASSWORD_FILE",
    ]
}
