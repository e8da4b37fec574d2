import Domain
import Loop
import Providers
import Service

/// Says what texts mean that are looked for: as points, by the same weights as those who reckon them for what was said.
struct Meaning: Sendable {
    private let finder: EmbeddingFinder
    private let log: Log

    init(_ settings: LocalSettings, _ log: Log) { (finder, self.log) = (EmbeddingFinder(settings), log) }

    /// Nil where it can't be said: words alone decide then.
    func point(of text: Private<String>, on loop: Loop) async -> Embedding? {
        do {
            return try await finder.found(on: loop).embedder.embed([text]).first
        } catch {
            log.warn("meaning_not_found", .error(error))
            return nil
        }
    }
}
