import TestKit
import Wire

/// Random JSON trees, the same for the same seed.
struct RandomTrees {
    let seed: UInt64
    private var chance: Seeded

    init(seed: UInt64) {
        self.seed = seed
        chance = Seeded(seed)
    }

    mutating func next() -> UInt64 { chance.next() }

    mutating func value(depth: Int) -> JSONValue {
        switch next() % (depth > 0 ? 8 : 6) {
        case 0: return .null
        case 1: return .bool(next() % 2 == 0)
        case 2: return .integer(Int64(bitPattern: next() >> (next() % 64)))
        case 3:
            let double = Double(bitPattern: next())
            return .double(double.isFinite ? double : 0.1)
        case 4, 5: return .string(text())
        case 6: return .array((0..<next() % 6).map { _ in value(depth: depth - 1) })
        default:
            var object = JSONObject()
            for _ in 0..<next() % 14 { _ = object.append(text(), value(depth: depth - 1)) }
            return .object(object)
        }
    }

    private mutating func text() -> String {
        var text = ""
        for _ in 0..<next() % 20 {
            let code = UInt32(truncatingIfNeeded: next() >> 32) >> UInt32(next() % 25 + 7)
            text.unicodeScalars.append(Unicode.Scalar(code % 0x110000) ?? "\u{fffd}")
        }
        return text
    }
}
