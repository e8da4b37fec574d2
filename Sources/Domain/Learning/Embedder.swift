/// Somebody who turns texts into points, so that texts that mean about the same lie close together.
package protocol Embedder: Sendable {
    var space: EmbeddingSpace { get }

    /// One point for each text, in their order.
    func embed(_ texts: [Private<String>]) async throws -> [Embedding]
}
