package import Domain
package import Loop

/// Who reckons embeddings in a process, found once.
package struct LocalEmbedding: Sendable {
    package let embedder: any Embedder
    /// Texts are compared by their words, because of this.
    package let missing: WeightsFault?

    /// Reads 90 MB where there are weights, on the thread that reckons later.
    package static func find(_ settings: LocalSettings, on lane: Lane) async -> LocalEmbedding {
        do {
            return try await lane.run { () throws(WeightsFault) in
                guard let folder = settings.models else { throw .noFolder }
                return LocalEmbedding(embedder: try MiniLMEmbedder(folder: folder, on: lane), missing: nil)
            }
        } catch {
            return LocalEmbedding(embedder: HashedEmbedder(), missing: error as? WeightsFault ?? .unreadable)
        }
    }
}
