import Foundation
import Wire

/// A file of the form "safetensors": the length of a JSON head, the head, and numbers. Nothing that it says of itself is believed.
struct SafeTensors {
    static let headBytesMax = 1 << 20
    static let tensorsMax = 10_000

    struct Tensor: Equatable {
        let shape: [Int]
        /// Within the file.
        let bytes: Range<Int>
    }

    /// Those of 32-bit floating-point numbers; others are left out.
    let tensors: [String: Tensor]
    private let file: Data

    init(_ file: Data) throws(WeightsFault) {
        guard file.count >= 8 else { throw .malformed }
        let length = file.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(Self.headBytesMax), length <= UInt64(file.count - 8) else { throw .malformed }
        let numbers = 8 + Int(length)
        let head = [UInt8](file[file.startIndex + 8..<file.startIndex + numbers])
        guard case .object(let members)? = try? JSONValue(json: head), members.members.count <= Self.tensorsMax else {
            throw .malformed
        }
        var tensors: [String: Tensor] = [:]
        for member in members.members where member.name != "__metadata__" {
            guard let type = member.value["dtype"]?.text, let shape = Self.counts(member.value["shape"]),
                let offsets = Self.counts(member.value["data_offsets"]), offsets.count == 2,
                offsets[0] <= offsets[1], offsets[1] <= file.count - numbers
            else { throw .malformed }
            guard type == "F32" else { continue }
            var size = 4
            for dimension in shape {
                let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
                guard !overflow else { throw .malformed }
                size = product
            }
            guard size == offsets[1] - offsets[0] else { throw .malformed }
            tensors[member.name] = Tensor(shape: shape, bytes: numbers + offsets[0]..<numbers + offsets[1])
        }
        (self.tensors, self.file) = (tensors, file)
    }

    /// The numbers of a tensor, row by row.
    func floats(_ name: String, _ shape: Int...) throws(WeightsFault) -> [Float] {
        guard let tensor = tensors[name], tensor.shape == shape else { throw .malformed }
        let bytes = file[file.startIndex + tensor.bytes.lowerBound..<file.startIndex + tensor.bytes.upperBound]
        return unsafe [Float](unsafeUninitializedCapacity: bytes.count / 4) { floats, count in
            let target = UnsafeMutableRawBufferPointer(floats)
            unsafe bytes.copyBytes(to: target)
            count = bytes.count / 4
        }
    }

    private static func counts(_ value: JSONValue?) -> [Int]? {
        guard case .array(let values) = value else { return nil }
        let counts = values.compactMap { $0.wholeNumber.flatMap { $0 >= 0 ? Int(exactly: $0) : nil } }
        return counts.count == values.count ? counts : nil
    }
}
