import CEmbedding

/// all-MiniLM-L6-v2: six layers of attention over the pieces of a text, whose mean is its meaning.
struct MiniLMNetwork: Sendable {
    static let width = 384
    static let heads = 12
    static let inner = 1_536
    static let layers = 6
    static let vocabulary = 30_522
    /// Places that a piece may have in a text.
    static let places = 512

    private struct Layer: Sendable {
        let attention: WeightPanels
        let output: WeightPanels
        let outputMeasure: LayerMeasure
        let up: WeightPanels
        let down: WeightPanels
        let downMeasure: LayerMeasure
    }

    private let words: [Float]
    private let positions: [Float]
    private let kind: [Float]
    private let measure: LayerMeasure
    private let layers: [Layer]

    init(_ weights: SafeTensors) throws(WeightsFault) {
        let width = Self.width
        func measure(_ name: String) throws(WeightsFault) -> LayerMeasure {
            LayerMeasure(
                weight: try weights.floats(name + ".weight", width), bias: try weights.floats(name + ".bias", width))
        }
        func panels(_ name: String, _ outer: Int, _ inner: Int) throws(WeightsFault) -> WeightPanels {
            WeightPanels(
                try weights.floats(name + ".weight", outer, inner), bias: try weights.floats(name + ".bias", outer),
                inner: inner)
        }
        words = try weights.floats("embeddings.word_embeddings.weight", Self.vocabulary, width)
        positions = try weights.floats("embeddings.position_embeddings.weight", Self.places, width)
        kind = Array(try weights.floats("embeddings.token_type_embeddings.weight", 2, width).prefix(width))
        self.measure = try measure("embeddings.LayerNorm")
        var layers: [Layer] = []
        for number in 0..<Self.layers {
            let layer = "encoder.layer.\(number)"
            var rows: [Float] = []
            var bias: [Float] = []
            for part in ["query", "key", "value"] {
                rows += try weights.floats("\(layer).attention.self.\(part).weight", width, width)
                bias += try weights.floats("\(layer).attention.self.\(part).bias", width)
            }
            layers.append(
                Layer(
                    attention: WeightPanels(rows, bias: bias, inner: width),
                    output: try panels("\(layer).attention.output.dense", width, width),
                    outputMeasure: try measure("\(layer).attention.output.LayerNorm"),
                    up: try panels("\(layer).intermediate.dense", Self.inner, width),
                    down: try panels("\(layer).output.dense", width, Self.inner),
                    downMeasure: try measure("\(layer).output.LayerNorm")))
        }
        self.layers = layers
    }

    /// The meaning of a text, of any length.
    func mean(of pieces: [Int32]) -> [Float] {
        let (count, width) = (pieces.count, Self.width)
        precondition(count > 0 && count <= Self.places, "too many pieces")
        var rows = [Float](repeating: 0, count: count * width)
        for (place, piece) in pieces.enumerated() {
            precondition(piece >= 0 && piece < Self.vocabulary, "a piece of another vocabulary")
            for column in 0..<width {
                rows[place * width + column] =
                    words[Int(piece) * width + column] + positions[place * width + column] + kind[column]
            }
        }
        measure.apply(&rows, adding: nil, count: count)
        var all = [Float](repeating: 0, count: count * 3 * width)
        var mixed = [Float](repeating: 0, count: count * width)
        var added = mixed
        var wide = [Float](repeating: 0, count: count * Self.inner)
        var scores = [Float](repeating: 0, count: count)
        for layer in layers {
            layer.attention.multiply(rows, count: count, into: &all)
            unsafe embedding_attend(all, count, width, Self.heads, &scores, &mixed)
            layer.output.multiply(mixed, count: count, into: &added)
            layer.outputMeasure.apply(&rows, adding: added, count: count)
            layer.up.multiply(rows, count: count, into: &wide)
            unsafe embedding_gelu(&wide, wide.count)
            layer.down.multiply(wide, count: count, into: &added)
            layer.downMeasure.apply(&rows, adding: added, count: count)
        }
        return (0..<width).map { column in
            stride(from: column, to: count * width, by: width).reduce(0) { $0 + rows[$1] } / Float(count)
        }
    }
}
