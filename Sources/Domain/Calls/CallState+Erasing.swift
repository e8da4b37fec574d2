extension CallState {
    /// What stands in the place of a text that nobody may read any more.
    package static let erasedText = "(erased)"

    private static var erased: Private<String> { Private(erasedText) }

    /// Takes away what people said and are reached by. How long it took and what it came to stays.
    mutating func erase() {
        changedMetadata = nil
        if var known = origin?.value, let rank = origin?.rank {
            (known.from, known.to, known.metadata) = (known.from.map { _ in Self.erased }, Self.erased, nil)
            origin = Ranked(known, rank)
        }
        if var known = findings?.value, let rank = findings?.rank {
            known.summary = Self.erased
            findings = Ranked(known, rank)
        }
        for id in segments.keys where segments[id]?.text != nil { segments[id]?.text = Self.erased }
    }
}
