package import Service

/// Where calls leave their traces, for who writes and who reads them.
package struct TraceSettings: Sendable {
    /// Nil where none are written.
    package let folder: String?

    static let off = "off"

    package init(_ reader: inout SettingsReader, journal: String) {
        let named = reader.find(
            "LEDGERLINE_TRACES", as: .text("a folder, or off", example: "/var/lib/ledgerline/traces"),
            "The folder for the traces of calls, which ledgerline replay runs again; usually beside the journal.")
        folder = named == Self.off ? nil : named ?? Self.beside(journal)
    }

    private static func beside(_ journal: String) -> String {
        var path = journal
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        guard let slash = path.lastIndex(of: "/") else { return "traces" }
        return path[...slash] + "traces"
    }
}
