extension SettingsGuide {
    /// Those of ours that all the others have as well.
    package func shared(with others: [SettingsGuide]) -> SettingsGuide {
        SettingsGuide(entries: entries.filter { entry in others.allSatisfy { $0.has(entry) } })
    }

    /// A table of documentation. Settings that are in `told` already are left out, and those that it has are added to it; nil if none
    /// is left.
    package func table(after told: inout Set<String>) -> String? {
        let fresh = entries.filter { !told.contains($0.names[0]) }
        guard !fresh.isEmpty else { return nil }
        told.formUnion(fresh.map { $0.names[0] })
        return (["| setting | default | what it is | what it takes |", "|---|---|---|---|"] + fresh.map(\.row))
            .joined(separator: "\n") + "\n"
    }

    private func has(_ entry: Entry) -> Bool { entries.contains { $0.names[0] == entry.names[0] } }
}

extension SettingsGuide.Entry {
    fileprivate var row: String {
        let names = names.map { "`\($0)`" }.joined(separator: ", ")
        var usual = standIn.map { "`\($0)`" } ?? ""
        if isNeededInProduction {
            usual += usual.isEmpty ? "**required in production**" : "; **required in production**"
        }
        let takes = expected + (isSecret ? "; or `\(self.names[0])_FILE` names a file with it" : "")
        return "| \(names) | \(Self.cell(usual)) | \(Self.cell(help)) | \(Self.cell(takes)) |"
    }

    private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
}
