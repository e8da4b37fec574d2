/// Where points lie. Those of two spaces have nothing to do with each other: whoever keeps some keeps the name of the space too,
/// and makes them anew when it changes.
package struct EmbeddingSpace: Hashable, Sendable {
    /// What our stores have room for. Shorter points are filled up with zeros, which changes neither angles nor lengths.
    package static let dimensions = 768

    package let provider: String
    package let model: String
    /// Of whatever makes points of the same model lie elsewhere: its weights, how texts are cut.
    package let version: Int
    /// Texts that are so alike or more mean about the same.
    package let sameMeaning: Double

    package init(provider: String, model: String, version: Int, sameMeaning: Double) {
        (self.provider, self.model, self.version, self.sameMeaning) = (provider, model, version, sameMeaning)
    }

    package var name: String { "\(provider)/\(model)/\(version)/\(Self.dimensions)" }
}
