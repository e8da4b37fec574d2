package import Service

/// Where recordings of calls are: the same for all processes.
package struct RecordingSettings: Sendable {
    package let folder: String
    /// Nil where recordings stay in the folder.
    package let store: S3Settings?

    package init(_ reader: inout SettingsReader) {
        folder = reader.read(
            "LEDGERLINE_RECORDINGS", as: .text("a folder", example: "/var/lib/ledgerline/recordings"),
            else: .always("recordings"),
            "The folder of recorded calls, the same for all processes: of agents that record, which by default none does."
        )
        let store = S3Settings(&reader)
        self.store = store.bucket == nil ? nil : store
    }
}
