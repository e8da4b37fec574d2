import CEmbedding

/// The weights of one layer, in the order in which they are multiplied.
struct WeightPanels: Sendable {
    let inner: Int
    let outer: Int
    private let panels: [Float]
    private let bias: [Float]

    /// Rows of `inner` weights, one for each column of the result. Several matrices may stand behind each other.
    init(_ rows: [Float], bias: [Float], inner: Int) {
        let width = Int(EMBEDDING_PANEL)
        (self.inner, self.bias, outer) = (inner, bias, rows.count / inner)
        precondition(rows.count == outer * inner && bias.count == outer && outer % width == 0, "weights do not fit")
        var panels = [Float](repeating: 0, count: rows.count)
        let source = rows.span
        var target = panels.mutableSpan
        for column in 0..<outer {
            let start = column / width * width * inner + column % width
            for place in 0..<inner { target[start + place * width] = source[column * inner + place] }
        }
        self.panels = panels
    }

    func multiply(_ rows: [Float], count: Int, into out: inout [Float]) {
        precondition(rows.count >= count * inner && out.count >= count * outer, "rows do not fit")
        unsafe embedding_multiply(panels, bias, inner, outer, rows, count, &out)
    }
}

/// What brings rows to a common measure.
struct LayerMeasure: Sendable {
    private let weight: [Float]
    private let bias: [Float]

    init(weight: [Float], bias: [Float]) {
        precondition(weight.count == bias.count, "weights do not fit")
        (self.weight, self.bias) = (weight, bias)
    }

    /// Adds `others` first.
    func apply(_ rows: inout [Float], adding others: [Float]?, count: Int) {
        precondition(rows.count >= count * weight.count, "rows do not fit")
        if let others {
            precondition(others.count >= count * weight.count, "rows do not fit")
            unsafe embedding_normalize(&rows, others, weight, bias, count, weight.count)
        } else {
            unsafe embedding_normalize(&rows, nil, weight, bias, count, weight.count)
        }
    }
}
