import Foundation
import Testing

@testable import Providers

/// Weights come from outside: what a file says of itself is checked against the file.
struct SafeTensorsTests {
    private static func file(_ head: String, numbers: [Float] = [1, 2, 3, 4, 5, 6]) -> Data {
        var data = Data()
        withUnsafeBytes(of: UInt64(head.utf8.count).littleEndian) { data.append(contentsOf: $0) }
        data.append(contentsOf: Array(head.utf8))
        for number in numbers {
            withUnsafeBytes(of: number.bitPattern.littleEndian) { data.append(contentsOf: $0) }
        }
        return data
    }

    @Test func `tensors are read by name and shape`() throws {
        let file = Self.file(
            #"{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"#
                + #""b":{"dtype":"F32","shape":[2],"data_offsets":[16,24]},"c":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}"#
        )
        let weights = try SafeTensors(file)
        #expect(weights.tensors.keys.sorted() == ["a", "b"])
        #expect(try weights.floats("a", 2, 2) == [1, 2, 3, 4])
        #expect(try weights.floats("b", 2) == [5, 6])
        #expect(throws: WeightsFault.malformed) { try weights.floats("a", 4) }
        #expect(throws: WeightsFault.malformed) { try weights.floats("d", 2) }
        // A part of a larger file counts from its own beginning.
        let part = (Data([1, 2, 3]) + file).dropFirst(3)
        #expect(try SafeTensors(part).floats("b", 2) == [5, 6])
    }

    @Test(arguments: [
        #"{"a":{"dtype":"F32","shape":[7],"data_offsets":[0,28]}}"#,
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[24,32]}}"#,
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[8,4]}}"#,
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#,
        #"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#,
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#,
        #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#,
        #"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,6]}}"#,
        #"{"a":{"dtype":"F32","shape":[1]}}"#, #"{"a":{"shape":[1],"data_offsets":[0,4]}}"#, #"{"a":4}"#, "[]", "{", "",
    ])
    func `a head that lies is refused`(head: String) {
        #expect(throws: WeightsFault.malformed) { try SafeTensors(Self.file(head)) }
    }

    @Test func `a length that lies is refused`() {
        for length in [UInt64.max, UInt64(Int64.max), UInt64(SafeTensors.headBytesMax) + 1, 3] {
            var data = Data()
            withUnsafeBytes(of: length.littleEndian) { data.append(contentsOf: $0) }
            #expect(throws: WeightsFault.malformed) { try SafeTensors(data + Data([123, 125])) }
        }
        #expect(throws: WeightsFault.malformed) { try SafeTensors(Data([1, 2, 3])) }
        #expect(throws: WeightsFault.malformed) {
            try SafeTensors(Data(count: 8) + Data(count: SafeTensors.headBytesMax + 10))
        }
    }

    @Test func `more tensors than anybody has are refused`() {
        func head(_ count: Int) -> String {
            "{"
                + (0..<count).map { #""\#($0)":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"# }.joined(
                    separator: ",")
                + "}"
        }
        #expect(throws: Never.self) { try SafeTensors(Self.file(head(SafeTensors.tensorsMax))) }
        #expect(throws: WeightsFault.malformed) { try SafeTensors(Self.file(head(SafeTensors.tensorsMax + 1))) }
    }
}
