/// A place in the log: how far each of its lanes has been read.
package struct LogPlace: Hashable, Sendable {
    package private(set) var positions: [Int64]

    /// Where the log begins.
    package init(lanes: Int16) { positions = Array(repeating: 0, count: Int(lanes)) }

    package init(_ positions: [Int64]) { self.positions = positions }

    package var lanes: [Int16] { (0..<Int16(clamping: positions.count)).map { $0 } }

    package subscript(lane: Int16) -> Int64 { positions[Int(lane)] }

    package mutating func advance(_ lane: Int16, to position: Int64) {
        positions[Int(lane)] = max(positions[Int(lane)], position)
    }

    /// Whether everything before that place has been read at this one.
    package func covers(_ other: LogPlace) -> Bool { zip(positions, other.positions).allSatisfy { $0 >= $1 } }

    /// The furthest of both in each lane.
    package func union(_ other: LogPlace) -> LogPlace { LogPlace(zip(positions, other.positions).map { max($0, $1) }) }

    /// The nearest of both in each lane.
    package func intersection(_ other: LogPlace) -> LogPlace {
        LogPlace(zip(positions, other.positions).map { min($0, $1) })
    }

    // MARK: - As bytes

    /// Seven bits in a byte, the lowest first.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for position in positions {
            var rest = UInt64(bitPattern: position)
            while rest > 0x7f {
                bytes.append(UInt8(rest & 0x7f) | 0x80)
                rest >>= 7
            }
            bytes.append(UInt8(rest))
        }
        return bytes
    }

    /// Nil where the bytes are no place in a log of so many lanes.
    package init?(_ bytes: [UInt8], lanes: Int16) {
        var positions: [Int64] = []
        var (value, shift) = (UInt64(0), UInt64(0))
        for byte in bytes {
            guard shift <= 56 else { return nil }
            value |= UInt64(byte & 0x7f) << shift
            shift += 7
            guard byte < 0x80 else { continue }
            guard let position = Int64(exactly: value) else { return nil }
            positions.append(position)
            (value, shift) = (0, 0)
        }
        guard shift == 0, positions.count == Int(lanes) else { return nil }
        self.positions = positions
    }
}
