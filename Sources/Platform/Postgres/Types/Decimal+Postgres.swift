/// The wire form of `numeric`: how many groups of four digits, the weight of the first one (a power of 10,000), the sign
/// or what else it is, the scale; then the groups.
extension Decimal: PostgresValue {
    private static let negative: UInt16 = 0x4000
    private static let notANumberMark: UInt16 = 0xC000
    private static let infinityMark: UInt16 = 0xD000
    private static let minusInfinityMark: UInt16 = 0xF000

    package static var postgresType: PostgresType { .numeric }

    package func encode(into bytes: inout BindBytes) {
        switch content {
        case .notANumber: encode(Self.notANumberMark, into: &bytes)
        case .infinity: encode(Self.infinityMark, into: &bytes)
        case .minusInfinity: encode(Self.minusInfinityMark, into: &bytes)
        case .finite(let isNegative, let digits, let scale):
            let (groups, weight) = Self.groups(digits, scale)
            encode(isNegative ? Self.negative : 0, groups, weight, scale, into: &bytes)
        }
    }

    private func encode(
        _ mark: UInt16, _ groups: [Int16] = [], _ weight: Int = 0, _ scale: Int = 0, into bytes: inout BindBytes
    ) {
        bytes.append(Int16(groups.count))
        bytes.append(Int16(weight))
        bytes.append(mark)
        bytes.append(Int16(scale))
        for group in groups { bytes.append(group) }
    }

    /// Fills the digits up so that the point lies between two groups, and drops groups of zeros at both ends.
    private static func groups(_ digits: [UInt8], _ scale: Int) -> ([Int16], weight: Int) {
        let before = max(0, digits.count - scale)
        let leading = Array(repeating: UInt8(0), count: (4 - before % 4) % 4 + max(0, scale - digits.count))
        let trailing = Array(repeating: UInt8(0), count: (4 - scale % 4) % 4)
        let all = leading + digits + trailing
        var weight = (before + 3) / 4 - 1
        var groups = stride(from: 0, to: all.count, by: 4).map { start in
            all[start..<(start + 4)].reduce(Int16(0)) { $0 * 10 + Int16($1) }
        }
        while groups.last == 0 { groups.removeLast() }
        let zeros = groups.prefix { $0 == 0 }.count
        groups.removeFirst(zeros)
        weight = groups.isEmpty ? 0 : weight - zeros
        return (groups, weight)
    }

    package static func decode(_ bytes: RawSpan, of type: PostgresType) throws(PostgresMismatch) -> Decimal {
        guard type == .numeric else { throw .wrongType }
        let count = Int(try bytes.number(Int16.self))
        let weight = Int(try bytes.number(Int16.self, at: 2))
        let mark = try bytes.number(UInt16.self, at: 4)
        let scale = Int(try bytes.number(Int16.self, at: 6))
        switch mark {
        case notANumberMark: return .notANumber
        case infinityMark: return .infinity
        case minusInfinityMark: return .minusInfinity
        case 0, negative: break
        default: throw .malformed
        }
        guard count >= 0, bytes.byteCount == 8 + 2 * count, (0...scaleMax).contains(scale) else { throw .malformed }
        var digits = Array(repeating: UInt8(0), count: max(0, -1 - weight) * 4)
        for index in 0..<count {
            let group = try bytes.number(Int16.self, at: 8 + 2 * index)
            guard (0...9999).contains(group) else { throw .malformed }
            for power: Int16 in [1000, 100, 10, 1] { digits.append(UInt8(group / power % 10)) }
        }
        // The groups say how many digits stand before the point; what is missing or too much behind it are zeros.
        let wanted = max(0, weight + 1) * 4 + scale
        if digits.count < wanted { digits += Array(repeating: 0, count: wanted - digits.count) }
        return Decimal(isNegative: mark == negative, digits: Array(digits.prefix(wanted)), scale: scale)
    }
}
