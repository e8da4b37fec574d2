import CSilero
import Foundation

/// The weights of the Silero network for sound of 8,000 samples a second, laid out as the kernel reads them. Read once, shared by all.
///
/// The file has two networks of one training; the other, for 16,000 samples, is left alone: telephones have no such sound.
package struct SileroNetwork: Sendable {
    package static let fileName = "silero_vad.onnx"
    /// The pinned file has 2.3 MB.
    package static let fileBytesMax = 16 << 20
    private static let prefix = "If_0_else_branch__Inline_0__"

    // What goes through it, in samples, in bins of the spectrum, and in channels of its layers.
    package static let chunk = 256
    static let context = 32
    static let window = 128
    static let hop = 64
    static let frames = 4
    static let bins = 65
    static let cells = 128

    /// A layer's size, and where in `weights` it lies.
    struct Layer: Sendable {
        let inputs: Int
        let outputs: Int
        fileprivate(set) var start = 0
        fileprivate(set) var bias = 0

        /// The kernel wants whole panels of outputs.
        fileprivate init(_ inputs: Int, _ outputs: Int) {
            let panel = Int(SILERO_PANEL)
            (self.inputs, self.outputs) = (inputs, (outputs + panel - 1) / panel * panel)
        }
    }

    private(set) var spectrum = Layer(window, 2 * bins)
    private(set) var first = Layer(3 * bins, 128)
    private(set) var second = Layer(3 * 128, 64)
    // The third and the fourth convolution have one place left to work at. What of them lies at its edge meets only zeros, and is
    // left out.
    private(set) var third = Layer(2 * 64, 64)
    private(set) var fourth = Layer(64, cells)
    private(set) var memory = Layer(2 * cells, 4 * cells)
    /// Where in `weights` it says how much each cell counts for the verdict.
    private(set) var verdict = 0
    private(set) var verdictBias: Float = 0
    private(set) var weights: [Float] = []

    package static func load(folder: String?) throws(SileroFault) -> SileroNetwork {
        guard let folder else { throw .noFolder }
        return try SileroNetwork(file: read(URL(filePath: folder).appending(path: fileName)))
    }

    package init(file: [UInt8]) throws(SileroFault) {
        let shapes = Self.shapes
        let found = try ONNXWeights.read(
            file, Dictionary(uniqueKeysWithValues: shapes.map { (Self.prefix + $0.name, $0.dimensions) }))
        var tensors: [String: [Float]] = [:]
        for shape in shapes { tensors[shape.name] = found[Self.prefix + shape.name] }
        func tensor(_ name: String) throws(SileroFault) -> [Float] {
            guard let values = tensors[name] else { throw .anotherModel }
            return values
        }

        let basis = try tensor("stft.forward_basis_buffer")
        lay(\.spectrum, []) { $1 < 2 * Self.bins ? basis[$1 * Self.window + $0] : 0 }
        try lay(\.first, 0, tensor, channels: Self.bins, from: 0)
        try lay(\.second, 1, tensor, channels: 128, from: 0)
        try lay(\.third, 2, tensor, channels: 64, from: 1)
        try lay(\.fourth, 3, tensor, channels: 64, from: 1)
        let (heard, kept) = (try tensor("decoder.rnn.weight_ih"), try tensor("decoder.rnn.weight_hh"))
        let biases = zip(try tensor("decoder.rnn.bias_ih"), try tensor("decoder.rnn.bias_hh")).map(+)
        let cells = Self.cells
        lay(\.memory, biases) { $0 < cells ? heard[$1 * cells + $0] : kept[$1 * cells + $0 - cells] }
        verdict = weights.count
        weights += try tensor("decoder.decoder.2.weight")
        verdictBias = try tensor("decoder.decoder.2.bias")[0]
    }

    /// A convolution over three places, of which those from `from` on count. Its inputs lie place behind place.
    private mutating func lay(
        _ layer: WritableKeyPath<SileroNetwork, Layer>, _ number: Int,
        _ tensor: (String) throws(SileroFault) -> [Float], channels: Int, from: Int
    ) throws(SileroFault) {
        let kernel = try tensor("encoder.\(number).reparam_conv.weight")
        lay(layer, try tensor("encoder.\(number).reparam_conv.bias")) { input, output in
            kernel[(output * channels + input % channels) * 3 + from + input / channels]
        }
    }

    /// Panel behind panel, then the biases.
    private mutating func lay(
        _ path: WritableKeyPath<SileroNetwork, Layer>, _ biases: [Float],
        _ weight: (_ input: Int, _ output: Int) -> Float
    ) {
        let panel = Int(SILERO_PANEL)
        var layer = self[keyPath: path]
        layer.start = weights.count
        for first in stride(from: 0, to: layer.outputs, by: panel) {
            for input in 0..<layer.inputs { weights += (first..<first + panel).map { weight(input, $0) } }
        }
        layer.bias = weights.count
        weights += biases + [Float](repeating: 0, count: layer.outputs - biases.count)
        self[keyPath: path] = layer
    }

    /// Names and shapes as the exporter wrote them.
    private static var shapes: [(name: String, dimensions: [Int])] {
        [
            ("stft.forward_basis_buffer", [2 * bins, 1, window]),
            ("encoder.0.reparam_conv.weight", [128, bins, 3]), ("encoder.0.reparam_conv.bias", [128]),
            ("encoder.1.reparam_conv.weight", [64, 128, 3]), ("encoder.1.reparam_conv.bias", [64]),
            ("encoder.2.reparam_conv.weight", [64, 64, 3]), ("encoder.2.reparam_conv.bias", [64]),
            ("encoder.3.reparam_conv.weight", [128, 64, 3]), ("encoder.3.reparam_conv.bias", [128]),
            ("decoder.rnn.weight_ih", [4 * cells, cells]), ("decoder.rnn.weight_hh", [4 * cells, cells]),
            ("decoder.rnn.bias_ih", [4 * cells]), ("decoder.rnn.bias_hh", [4 * cells]),
            ("decoder.decoder.2.weight", [1, cells, 1]), ("decoder.decoder.2.bias", [1]),
        ]
    }

    private static func read(_ url: URL) throws(SileroFault) -> [UInt8] {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: url.path) else { throw .missing }
        // Anything else might keep us waiting for ever.
        guard attributes[.type] as? FileAttributeType == .typeRegular else { throw .unreadable }
        guard let size = attributes[.size] as? Int, size <= fileBytesMax else { throw .tooLarge }
        guard let data = try? Data(contentsOf: url) else { throw .unreadable }
        return [UInt8](data)
    }
}
