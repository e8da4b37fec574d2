import CSilero
import Foundation

/// The network at work: what one layer says lies where the next one reads it.
struct SileroDesk {
    private let network: SileroNetwork
    private var values: [Float]

    // Where things lie. Of magnitudes and of the first layer, the row before the first and the one behind the last stay zero:
    // there is no sound there.
    private let spectrum = SileroNetwork.chunk + 2 * SileroNetwork.context
    private let magnitudes: Int
    private let first: Int
    private let second: Int
    private let third: Int
    /// What the last convolution says, and behind it what the cells said last time.
    private let heard: Int
    private let gates: Int

    init(_ network: SileroNetwork) {
        self.network = network
        magnitudes = spectrum + SileroNetwork.frames * network.spectrum.outputs
        first = magnitudes + (SileroNetwork.frames + 2) * SileroNetwork.bins
        second = first + (SileroNetwork.frames + 2) * network.first.outputs
        third = second + 2 * network.second.outputs
        heard = third + network.third.outputs
        gates = heard + network.memory.inputs
        values = [Float](repeating: 0, count: gates + network.memory.outputs)
    }

    mutating func judge(_ samples: Span<Int16>, _ memory: inout SileroMemory) -> Float {
        hear(samples, &memory)
        apply(network.spectrum, to: 0, step: SileroNetwork.hop, rows: SileroNetwork.frames, spectrum)
        measure()
        // Of the places of the second convolution every other one is left out, of the third's all but one.
        let channels = network.first.outputs
        apply(network.first, to: magnitudes, step: SileroNetwork.bins, rows: SileroNetwork.frames, first + channels)
        rectify(first + channels, SileroNetwork.frames * channels)
        apply(network.second, to: first, step: 2 * channels, rows: 2, second)
        rectify(second, 2 * network.second.outputs)
        apply(network.third, to: second, third)
        rectify(third, network.third.outputs)
        apply(network.fourth, to: third, heard)
        rectify(heard, SileroNetwork.cells)
        for cell in 0..<SileroNetwork.cells { values[heard + SileroNetwork.cells + cell] = memory.values[cell] }
        apply(network.memory, to: heard, gates)
        return remember(&memory)
    }

    /// The end of the last chunk, this one, and its end once more, backwards.
    private mutating func hear(_ samples: Span<Int16>, _ memory: inout SileroMemory) {
        let (context, last) = (SileroNetwork.context, 2 * SileroNetwork.cells)
        for index in 0..<context { values[index] = memory.values[last + index] }
        for index in samples.indices { values[context + index] = Float(samples[index]) / 32_768 }
        let count = context + samples.count
        for index in 0..<context { values[count + index] = values[count - 2 - index] }
        for index in 0..<context { memory.values[last + index] = values[samples.count + index] }
    }

    /// How much there is of each pitch, whatever its phase.
    private mutating func measure() {
        let bins = SileroNetwork.bins
        for frame in 0..<SileroNetwork.frames {
            let (from, to) = (spectrum + frame * network.spectrum.outputs, magnitudes + (frame + 1) * bins)
            for bin in 0..<bins {
                let (real, imaginary) = (values[from + bin], values[from + bins + bin])
                values[to + bin] = (real * real + imaginary * imaginary).squareRoot()
            }
        }
    }

    /// The cells let in, keep, learn and say what their gates, in this order, tell them.
    private mutating func remember(_ memory: inout SileroMemory) -> Float {
        let cells = SileroNetwork.cells
        var verdict = network.verdictBias
        for cell in 0..<cells {
            let new = opening(values[gates + cell]) * tanh(values[gates + 2 * cells + cell])
            let held = opening(values[gates + cells + cell]) * memory.values[cells + cell] + new
            let said = opening(values[gates + 3 * cells + cell]) * tanh(held)
            (memory.values[cell], memory.values[cells + cell]) = (said, held)
            verdict += max(said, 0) * network.weights[network.verdict + cell]
        }
        return opening(verdict)
    }

    /// Begins with the biases and adds what each input weighs. Rows lie `step` apart where they are read.
    private mutating func apply(
        _ layer: SileroNetwork.Layer, to ins: Int, step: Int = 0, rows: Int = 1, _ outs: Int
    ) {
        for row in 0..<rows {
            for output in 0..<layer.outputs {
                values[outs + row * layer.outputs + output] = network.weights[layer.bias + output]
            }
        }
        precondition(ins + (rows - 1) * step + layer.inputs <= outs, "a layer reads what lies before what it writes")
        precondition(outs + rows * layer.outputs <= values.count, "a layer writes where there is room")
        unsafe network.weights.withUnsafeBufferPointer { weights in
            unsafe values.withUnsafeMutableBufferPointer { values in
                guard let weights = weights.baseAddress, let values = values.baseAddress else { return }
                unsafe silero_accumulate(
                    weights + layer.start, layer.inputs, layer.outputs, values + ins, step, rows, values + outs,
                    layer.outputs)
            }
        }
    }

    private mutating func rectify(_ start: Int, _ count: Int) {
        for index in start..<start + count { values[index] = max(values[index], 0) }
    }

    private func opening(_ value: Float) -> Float { 1 / (1 + exp(-value)) }
}
