/// What espeak-ng can speak, and what of it an agent means.
struct EspeakVoices: Hashable, Sendable {
    /// By their languages, such as `de` or `en-us`.
    let languages: Set<String>

    /// As `espeak-ng --voices` prints them: under a line of headings, the language is the second word.
    init(listing: String) {
        languages = Set(
            listing.split(separator: "\n").dropFirst().compactMap { line in
                line.split(separator: " ").dropFirst().first.map(String.init)
            })
    }

    /// A voice that the agent names, with a variant such as `en-us+f3`; else the language's own, or that of its first part. Nil if
    /// there is none.
    func voice(named name: String, language: String) -> String? {
        if isKnown(name) { return name }
        let wanted = language.lowercased()
        if languages.contains(wanted) { return wanted }
        let first = wanted.prefix { $0 != "-" }
        return languages.contains(String(first)) ? String(first) : nil
    }

    private func isKnown(_ name: String) -> Bool {
        let parts = name.split(separator: "+", omittingEmptySubsequences: false)
        guard parts.count <= 2, languages.contains(String(parts[0])) else { return false }
        guard parts.count == 2 else { return true }
        return (1...12).contains(parts[1].count) && parts[1].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    }
}
