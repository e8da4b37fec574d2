package import Service

/// Where recordings of calls are: the same for all processes.
package struct RecordingSettings: Sendable {
    package let folder: String
    /// What is stored is sealed, where there is a key for that.
    package let isSealed: Bool
    /// Nil where recordings stay in the folder.
    package let store: S3Settings?

    package init(_ reader: inout SettingsReader) {
        folder = reader.read(
            "LEDGERLINE_RECORDINGS", as: .text("a folder", example: "/var/lib/ledgerline/recordings"),
            else: .always("recordings"),
            "The folder of recorded calls, the same for all processes: of agents that record, which by default none does."
        )
        isSealed = reader.read(
            "LEDGERLINE_RECORDINGS_SEALED", as: .flag, else: .always("true"),
            "Whether stored recordings are sealed, each with the key of its call, where LEDGERLINE_SEALING_KEY is set; else they lie as players read them."
        )
        let store = S3Settings(&reader)
        self.store = store.bucket == nil ? nil : store
    }
}
