/// A text as a point of length one.
package struct Embedding: Hashable, Sendable {
    package let space: EmbeddingSpace
    package let values: [Float]

    /// Of any length; filled up with zeros and scaled to length one. Nil for what has no direction, or is too long.
    package init?(_ values: [Float], in space: EmbeddingSpace) {
        guard values.count <= EmbeddingSpace.dimensions else { return nil }
        let length = values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        guard length > 0, length.isFinite else { return nil }
        self.space = space
        self.values =
            values.map { Float(Double($0) / length) }
            + [Float](repeating: 0, count: EmbeddingSpace.dimensions - values.count)
    }

    /// The first direction of all: for a text that has none of its own.
    package init(unitIn space: EmbeddingSpace) {
        self.space = space
        values = [1] + [Float](repeating: 0, count: EmbeddingSpace.dimensions - 1)
    }

    /// One for the same direction, zero for nothing in common; nil for a point of another space.
    package func likeness(to other: Embedding) -> Double? {
        guard space == other.space else { return nil }
        return zip(values, other.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
}
