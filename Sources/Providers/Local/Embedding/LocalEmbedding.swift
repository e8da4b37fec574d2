package import Domain
package import Loop

/// Who reckons embeddings in a process, found once.
package struct LocalEmbedding: Sendable {
    package let embedder: any Embedder
    /// Texts are compared by their words, because of this.
    package let missing: WeightsFault?

    /// Reads 90 MB where there are weights, so on a thread that may wait; `lane` reckons later.
    package init(_ settings: LocalSettings, on lane: Lane) {
        do throws(WeightsFault) {
            guard let folder = settings.models else { throw WeightsFault.noFolder }
            (embedder, missing) = (try MiniLMEmbedder(folder: folder, on: lane), nil)
        } catch {
            (embedder, missing) = (HashedEmbedder(), error)
        }
    }

    private init(missing: WeightsFault) { (embedder, self.missing) = (HashedEmbedder(), missing) }

    /// On the thread that reckons later.
    package static func find(_ settings: LocalSettings, on lane: Lane) async -> LocalEmbedding {
        do { return try await lane.run { LocalEmbedding(settings, on: lane) } } catch {
            return LocalEmbedding(missing: .unreadable)
        }
    }
}
