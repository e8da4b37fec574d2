/// The words of a text, lowercased, without what stands around them.
struct Words: Hashable, Sendable {
    let list: [Substring]

    init(_ text: String) {
        list = text.lowercased().split(whereSeparator: \.isWhitespace).compactMap { word in
            guard let first = word.firstIndex(where: { $0.isLetter || $0.isNumber }),
                let last = word.lastIndex(where: { $0.isLetter || $0.isNumber })
            else { return nil }
            return word[first...last]
        }
    }

    var count: Int { list.count }
    var isEmpty: Bool { list.isEmpty }
    var last: Substring? { list.last }

    func containsAny(of others: Set<Substring>) -> Bool { list.contains { others.contains($0) } }

    /// “Mhm”, “right”: the caller listens, and wants us to go on.
    var areBackchannel: Bool { !isEmpty && list.allSatisfy { Self.backchannels.contains($0) } }

    /// “Stop”, “wait”: one is enough to make us fall silent.
    var areUrgent: Bool { containsAny(of: Self.urgent) }

    /// Are these words, or nearly all of them, a stretch of those we have just said?
    func echo(_ spoken: Words) -> Bool {
        guard count >= 2, spoken.count >= count else { return false }
        for start in 0...(spoken.count - count) {
            let same = list.indices.count { list[$0] == spoken.list[start + $0] }
            // One in four may be misheard.
            if same * 4 >= count * 3 { return true }
        }
        return false
    }

    private static let backchannels: Set<Substring> = [
        "uh-huh", "uh", "huh", "mhm", "mm-hmm", "mm", "hmm", "hm", "yeah", "yep", "yes", "right", "ok", "okay", "sure",
        "aha",
        "ah", "oh", "um", "ajá", "sí", "claro", "bueno", "vale",
    ]
    private static let urgent: Set<Substring> = [
        "stop", "wait", "hold", "no", "espera", "espere", "para", "pare", "alto",
    ]
}
