import Service

/// The names of all processes together: one file of variables usually serves them all.
package enum KnownSettings {
    package static var names: Set<String> {
        SettingsGuide { APISettings(&$0) }.names
            .union(SettingsGuide { RealtimeSettings(&$0) }.names)
            .union(SettingsGuide { WorkersSettings(&$0) }.names)
            .union(deployment)
    }

    /// Read by the scripts that run and deploy us, not by our processes.
    private static let deployment: Set<String> = ["LEDGERLINE_STATE", "LEDGERLINE_POSTGRES_BIN"]
}
