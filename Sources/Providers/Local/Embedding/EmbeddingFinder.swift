package import Loop

/// Finds who reckons embeddings when somebody first asks, once for all who ask: the weights are 90 MB, and most processes are never
/// asked.
package actor EmbeddingFinder {
    private let settings: LocalSettings
    private var finding: Task<LocalEmbedding, any Error>?
    /// Somebody has asked, and was answered.
    package private(set) var isFound = false

    package init(_ settings: LocalSettings) { self.settings = settings }

    /// Throws where not even a thread can be had; then it is tried again by who asks next.
    package func found(on loop: Loop) async throws -> LocalEmbedding {
        let task =
            finding
            ?? Task(executorPreference: loop) { [settings] in
                await LocalEmbedding.find(settings, on: try Lane(name: "embed"))
            }
        finding = task
        do {
            let found = try await task.value
            isFound = true
            return found
        } catch {
            finding = nil
            throw error
        }
    }
}
