package import Domain
import Service

/// Reads scripts, and finds out what callers' words are like. Shared by all loops.
package final class LocalReader: Sendable {
    /// Texts whose embedding is kept; then all are forgotten, and those in use worked out again.
    package static let textsMax = 8_192
    static let scriptsMax = 64
    /// A line of what is known has so much to do with what was said, or nothing.
    static let lineShare = 0.7

    private struct Kept {
        var embeddings: [String: Embedding] = [:]
        var scripts: [String: Result<LocalScript?, LocalScriptFault>] = [:]
    }

    private let embedder: any Embedder
    private let kept = Shared(Kept())

    private let textsMax: Int

    package init(_ embedder: any Embedder, textsMax: Int = LocalReader.textsMax) {
        (self.embedder, self.textsMax) = (embedder, textsMax)
    }

    /// How much is kept.
    var counts: (texts: Int, scripts: Int) { kept.with { ($0.embeddings.count, $0.scripts.count) } }

    func script(in instructions: String) throws(LocalScriptFault) -> LocalScript {
        if let known = kept.with({ $0.scripts[instructions] }) { return try known.get() ?? .none }
        let found = Result { () throws(LocalScriptFault) in try LocalScript.find(in: instructions) }
        kept.with { kept in
            if kept.scripts.count >= Self.scriptsMax { kept.scripts = [:] }
            kept.scripts[instructions] = found
        }
        return try found.get() ?? .none
    }

    func likeness(
        of texts: [String], to script: LocalScript, _ known: LocalKnowledge
    ) async throws -> LocalDialogue.Likeness {
        let examples = script.intents.flatMap(\.examples)
        let embeddings = try await embeddings(of: texts + examples + known.lines)
        var likeness = LocalDialogue.Likeness()
        likeness.floor = embedder.space.sameMeaning
        func compare(_ one: String, _ other: String) -> Double {
            if SpokenForm.words(one) == SpokenForm.words(other) { return 1 }
            guard let first = embeddings[one], let second = embeddings[other] else { return 0 }
            return (first.likeness(to: second) ?? 0) * (Self.denies(one) == Self.denies(other) ? 1 : Self.opposite)
        }
        for text in Set(texts) {
            likeness.intents[text] = script.intents.map { $0.examples.map { compare(text, $0) }.max() ?? 0 }
        }
        if let last = texts.last {
            let lines = known.lines.map { ($0, compare(last, $0)) }
            let best = lines.max { $0.1 < $1.1 }
            likeness.line = best.flatMap { $0.1 >= likeness.floor * Self.lineShare ? $0.0 : nil }
        }
        return likeness
    }

    /// To an embedding "yes" and "no" are nearly the same, since they stand in the same places.
    private static let opposite = 0.5
    private static let denials: Set<String> = ["no", "nope", "not", "don't", "never"]

    private static func denies(_ text: String) -> Bool { SpokenForm.words(text).first.map(denials.contains) ?? false }

    private func embeddings(of texts: [String]) async throws -> [String: Embedding] {
        var found = kept.with { kept in
            texts.reduce(into: [String: Embedding]()) { $0[$1] = kept.embeddings[$1] }
        }
        let missing = Set(texts).filter { found[$0] == nil }.sorted()
        guard !missing.isEmpty else { return found }
        let made = try await embedder.embed(missing.map(Private.init))
        for (text, embedding) in zip(missing, made) { found[text] = embedding }
        let new = found
        kept.with { kept in
            if kept.embeddings.count + made.count > textsMax { kept.embeddings = [:] }
            if new.count <= textsMax { kept.embeddings.merge(new) { $1 } }
        }
        return found
    }
}
