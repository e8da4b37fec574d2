/// The weights in an ONNX model: constants of its nodes, those in the branches of a choice as well. Nothing else of it is read.
///
/// Only what is asked for by name and shape is kept, so a file can make us neither keep nor compute more than we want.
struct ONNXWeights {
    /// The model has choices within choices, five deep.
    static let depthMax = 8
    static let nameBytesMax = 256
    static let dimensionsMax = 8

    private let wanted: [String: [Int]]
    private(set) var found: [String: [Float]] = [:]

    /// All of `wanted`, by name, with these dimensions.
    static func read(_ file: [UInt8], _ wanted: [String: [Int]]) throws(SileroFault) -> [String: [Float]] {
        var weights = ONNXWeights(wanted: wanted)
        var model = ProtobufFields(file)
        while let (field, value) = try model.next() {
            if field == ModelField.graph, case .bytes(let graph) = value { try weights.read(graph: graph, depth: 1) }
        }
        guard weights.found.count == wanted.count else { throw .anotherModel }
        return weights.found
    }

    private init(wanted: [String: [Int]]) { self.wanted = wanted }

    private mutating func read(graph: ProtobufFields, depth: Int) throws(SileroFault) {
        guard depth <= Self.depthMax else { throw .malformed }
        var graph = graph
        while let (field, value) = try graph.next() {
            if field == GraphField.node, case .bytes(let node) = value { try read(node: node, depth: depth) }
        }
    }

    /// A constant has one output, which is its name, and one attribute, which is its value.
    private mutating func read(node: ProtobufFields, depth: Int) throws(SileroFault) {
        var node = node
        var name: String?
        var constant: ProtobufFields?
        while let (field, value) = try node.next() {
            guard case .bytes(let bytes) = value else { continue }
            if field == NodeField.output {
                name = bytes.text(atMost: Self.nameBytesMax)
            } else if field == NodeField.attribute {
                var attribute = bytes
                while let (field, value) = try attribute.next() {
                    guard case .bytes(let bytes) = value else { continue }
                    if field == AttributeField.tensor { constant = bytes }
                    if field == AttributeField.graph { try read(graph: bytes, depth: depth + 1) }
                }
            }
        }
        guard let name, let constant, let dimensions = wanted[name] else { return }
        guard found[name] == nil else { throw .malformed }
        found[name] = try Self.read(tensor: constant, dimensions)
    }

    private static func read(tensor: ProtobufFields, _ expected: [Int]) throws(SileroFault) -> [Float] {
        var tensor = tensor
        var dimensions: [UInt64] = []
        var type: UInt64 = 0
        var data: ProtobufFields?
        while let (field, value) = try tensor.next() {
            switch (field, value) {
            case (TensorField.dimensions, .number(let length)): dimensions.append(length)
            case (TensorField.dimensions, .bytes(var list)):
                while list.count > 0, dimensions.count <= dimensionsMax { dimensions.append(try list.number()) }
            case (TensorField.type, .number(let number)): type = number
            case (TensorField.raw, .bytes(let bytes)): data = bytes
            default: break
            }
            guard dimensions.count <= dimensionsMax else { throw .malformed }
        }
        guard type == TensorField.float, dimensions == expected.map(UInt64.init), let data,
            data.count == expected.reduce(4, *)
        else { throw .anotherModel }
        let values = try data.floats()
        // One that is no number would make every probability of every call none.
        guard values.allSatisfy(\.isFinite) else { throw .malformed }
        return values
    }

    // Numbers of the fields, from the format's description.
    private enum ModelField { static let graph: UInt64 = 7 }
    private enum GraphField { static let node: UInt64 = 1 }
    private enum NodeField { static let (output, attribute): (UInt64, UInt64) = (2, 5) }
    private enum AttributeField { static let (tensor, graph): (UInt64, UInt64) = (5, 6) }
    private enum TensorField {
        static let (dimensions, type, raw): (UInt64, UInt64, UInt64) = (1, 2, 9)
        /// The type of numbers with four bytes.
        static let float: UInt64 = 1
    }
}
