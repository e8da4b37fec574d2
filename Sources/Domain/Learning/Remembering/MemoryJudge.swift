/// Whether what is told of a customer is new, was told before, or takes the place of something; pure.
package enum MemoryJudge {
    package struct Known: Hashable, Sendable {
        package var memory: MemoryID
        package var kind: MemoryKind
        package var content: Private<String>

        package init(memory: MemoryID, kind: MemoryKind, content: Private<String>) {
            (self.memory, self.kind, self.content) = (memory, kind, content)
        }
    }

    package enum Verdict: Hashable, Sendable {
        /// And these are no longer so.
        case new(insteadOf: [MemoryID])
        /// It is known, and was heard once more.
        case again(MemoryID)
    }

    /// So like, and it is the same said in other words. Less is not: "mornings" and "evenings" are like each other, too.
    package static let sameLikeness = 0.95
    /// What stands before a colon is what a memory is about, if it is no longer than this.
    package static let labelLength = 40
    package static let labelWords = 5

    /// `likeness` is that of what is known to what is told, where somebody has reckoned it.
    package static func judge(
        _ content: Private<String>, _ kind: MemoryKind, among known: [Known], likeness: [MemoryID: Double] = [:]
    ) -> Verdict {
        // How somebody feels is so until they call again; what it was before is in the log.
        if kind == .sentiment { return .new(insteadOf: known.filter { $0.kind == kind }.map(\.memory)) }
        let told = Told(content, kind)
        let others = known.map { ($0.memory, Told($0.content, $0.kind)) }
        if let same = others.first(where: { $0.1.kind == kind && $0.1.words == told.words }) { return .again(same.0) }
        let near = others.filter { $0.1.mayBeSame(as: told) && likeness[$0.0] ?? 0 >= sameLikeness }
        if let nearest = near.max(by: { likeness[$0.0] ?? 0 < likeness[$1.0] ?? 0 }) { return .again(nearest.0) }
        guard let label = told.label else { return .new(insteadOf: []) }
        return .new(insteadOf: others.filter { $0.1.label == label }.map(\.0))
    }

    private struct Told {
        let kind: MemoryKind
        let words: [Substring]
        /// What it is about. Of an issue or a promise there may be several about the same thing.
        let label: [Substring]?

        init(_ content: Private<String>, _ kind: MemoryKind) {
            let text = content.revealed
            self.kind = kind
            words = Words(text).list
            guard kind == .fact || kind == .preference, let colon = text.firstIndex(of: ":") else {
                label = nil
                return
            }
            let name = Words(String(text[..<colon])).list
            let isName = text[..<colon].count <= labelLength && (1...labelWords).contains(name.count)
            label = isName && !Words(String(text[colon...])).isEmpty ? name : nil
        }

        /// A point among texts hardly moves with a digit, or with a "not": those are looked at letter by letter.
        func mayBeSame(as other: Told) -> Bool {
            kind == other.kind && label == other.label && numbers == other.numbers && denials == other.denials
        }

        private var numbers: [Substring] { words.filter { $0.contains(where: \.isNumber) } }
        private var denials: Int { words.count { Self.denials.contains($0) || $0.hasSuffix("n't") } }
        private static let denials: Set<Substring> = ["no", "not", "never", "none", "without", "nobody", "nothing"]
    }
}
