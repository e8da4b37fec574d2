import Foundation
import TestKit
import Testing

@testable import Providers

/// Files that are broken, cut or made in malice: each is refused, and none leads past its own end.
struct ONNXWeightsTests {
    private static let wanted = ["weight": [2, 3]]
    private static let values: [Float] = [1, -2, 3.5, 0, 1e-20, -7]

    // MARK: - Writing what we read

    private static func number(_ value: UInt64) -> [UInt8] {
        value < 128 ? [UInt8(value)] : [UInt8(value & 127) | 128] + number(value >> 7)
    }

    private static func field(_ field: UInt64, _ bytes: [UInt8]) -> [UInt8] {
        number(field << 3 | 2) + number(UInt64(bytes.count)) + bytes
    }

    private static func field(_ field: UInt64, _ value: UInt64) -> [UInt8] { number(field << 3) + number(value) }

    private static func tensor(_ dimensions: [UInt64] = [2, 3], type: UInt64 = 1, _ values: [Float] = values) -> [UInt8]
    {
        dimensions.flatMap { field(1, $0) } + field(2, type) + field(8, Array("weight".utf8))
            + field(
                9, values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } })
    }

    private static func node(_ tensor: [UInt8], _ name: String = "weight") -> [UInt8] {
        field(1, field(2, Array(name.utf8)) + field(5, field(5, tensor)))
    }

    /// A graph's nodes, `depth` choices deep.
    private static func model(_ nodes: [UInt8], depth: Int = 1) -> [UInt8] {
        var graph = nodes
        for _ in 1..<depth { graph = field(1, field(5, field(6, graph))) }
        return field(1, 8) + field(7, graph)
    }

    private static func read(_ file: [UInt8]) throws(SileroFault) -> [Float]? {
        try ONNXWeights.read(file, wanted)["weight"]
    }

    @Test(arguments: 1...ONNXWeights.depthMax) func `a constant is found in every branch`(depth: Int) throws {
        #expect(try Self.read(Self.model(Self.node(Self.tensor()), depth: depth)) == Self.values)
    }

    @Test func `a branch deeper than any is refused`() {
        let file = Self.model(Self.node(Self.tensor()), depth: ONNXWeights.depthMax + 1)
        #expect(throws: SileroFault.malformed) { try Self.read(file) }
    }

    @Test func `packed dimensions are dimensions`() throws {
        let tensor = Self.field(1, [2, 3]) + Self.tensor([])
        #expect(try Self.read(Self.model(Self.node(tensor))) == Self.values)
    }

    @Test(arguments: [
        tensor([3, 2]), tensor([2, 3, 1]), tensor([2]), tensor([2, 3], type: 11), tensor([2, 3], [1, 2]),
        tensor([UInt64.max, 3]), field(1, 2) + field(1, 3) + field(2, 1),
    ])
    func `another shape or type is another model`(tensor: [UInt8]) {
        #expect(throws: SileroFault.anotherModel) { try Self.read(Self.model(Self.node(tensor))) }
    }

    @Test func `a name that is missing, or longer than any, is another model`() {
        for name in ["height", String(repeating: "w", count: ONNXWeights.nameBytesMax + 1)] {
            #expect(throws: SileroFault.anotherModel) { try Self.read(Self.model(Self.node(Self.tensor(), name))) }
        }
    }

    @Test(arguments: [
        model(node(tensor()) + node(tensor())),
        model(node(tensor([2, 3], [1, 2, 3, 4, 5, .nan]))),
        model(node(tensor([2, 3], [1, 2, 3, 4, 5, .infinity]))),
        model(node(tensor(Array(repeating: 1, count: ONNXWeights.dimensionsMax + 1)))),
        model(node(field(1, [UInt8](repeating: 1, count: ONNXWeights.dimensionsMax + 1)) + tensor([]))),
        // A group, a field without a number, a number without an end, one of more than 64 bits, a length beyond the end.
        [0x0B], [0x02, 0x00], [UInt8](repeating: 0xFF, count: 11), [0x08] + [UInt8](repeating: 0xFF, count: 9) + [0x02],
        [0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0x3A, 0x01], [0x0D, 1, 2, 3], [0x09, 1],
    ])
    func `what no writer writes is refused`(file: [UInt8]) {
        #expect(throws: SileroFault.malformed) { try Self.read(file) }
    }

    @Test func `wherever a file is cut, it is refused`() {
        let file = Self.model(Self.node(Self.tensor()), depth: 3)
        for length in 0..<file.count {
            #expect(throws: SileroFault.self, "cut at \(length)") { try Self.read(Array(file.prefix(length))) }
        }
    }

    @Test func `whichever bits are turned, it is read or refused`() {
        let file = Self.model(Self.node(Self.tensor()), depth: 3)
        var (read, refused) = (0, 0)
        for place in file.indices {
            for change: UInt8 in [0x01, 0x80, 0xFF, 0x08, 0x02] {
                var changed = file
                changed[place] ^= change
                do throws(SileroFault) {
                    let values = try Self.read(changed)
                    #expect(values?.count == 6 && values?.allSatisfy(\.isFinite) == true)
                    read += 1
                } catch { refused += 1 }
            }
        }
        #expect(read > 0 && refused > read)
    }

    @Test(.enabled(if: LocalModels.has(SileroNetwork.fileName), "deploy/local/models fetches the model"))
    func `the real file, cut or changed, makes a network or is refused`() throws {
        let file = try LocalModels.bytes(of: SileroNetwork.fileName)
        for length in [0, 1, 100, file.count / 3, file.count / 2, file.count - 1] {
            #expect(throws: SileroFault.self) { try SileroNetwork(file: Array(file.prefix(length))) }
        }
        #expect(try SileroNetwork(file: file).weights.count > 200_000)
    }

    @Test func `a folder without the file says what to do`() async throws {
        #expect(throws: SileroFault.noFolder) { try SileroNetwork.load(folder: nil) }
        try await TemporaryFolder.with { folder in
            #expect(throws: SileroFault.missing) { try SileroNetwork.load(folder: folder.path("nowhere")) }
            let path = folder.path(SileroNetwork.fileName)
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            let parent = String(path.dropLast(SileroNetwork.fileName.count))
            #expect(throws: SileroFault.unreadable) { try SileroNetwork.load(folder: parent) }
            try FileManager.default.removeItem(atPath: path)
            try Data(count: SileroNetwork.fileBytesMax + 1).write(to: URL(filePath: path))
            #expect(throws: SileroFault.tooLarge) { try SileroNetwork.load(folder: parent) }
        }
        for fault in [SileroFault.missing, .tooLarge, .malformed, .anotherModel] {
            #expect(fault.description.contains("deploy/local/models"))
        }
    }
}
