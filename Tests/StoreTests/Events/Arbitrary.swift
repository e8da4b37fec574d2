import Domain

/// A value of which any may be thrown.
protocol Arbitrary {
    static func any(_ dice: inout Dice) -> Self
}

/// A value that a test knows to be there.
func known<Value>(_ value: Value?) -> Value {
    guard let value else { preconditionFailure("a test gave a value that is none") }
    return value
}

extension Arbitrary where Self: CaseIterable {
    static func any(_ dice: inout Dice) -> Self {
        known(allCases.randomElement(using: &dice))
    }
}

extension Optional: Arbitrary where Wrapped: Arbitrary {
    static func any(_ dice: inout Dice) -> Wrapped? {
        switch dice.optionals {
        case .always: .any(&dice) as Wrapped
        case .never: nil
        case .sometimes: Bool.random(using: &dice) ? .any(&dice) as Wrapped : nil
        }
    }
}

extension Array: Arbitrary where Element: Arbitrary {
    static func any(_ dice: inout Dice) -> [Element] {
        (0..<Int.random(in: 0...3, using: &dice)).map { _ in .any(&dice) }
    }
}

extension Bool: Arbitrary {
    static func any(_ dice: inout Dice) -> Bool { .random(using: &dice) }
}

extension Int64: Arbitrary {
    /// The ends of the range as often as what lies between.
    static func any(_ dice: inout Dice) -> Int64 {
        switch UInt8.random(in: 0...5, using: &dice) {
        case 0: .max
        case 1: .min
        case 2: 9_007_199_254_740_993
        default: .random(in: -10...100_000, using: &dice)
        }
    }
}

extension Int: Arbitrary {
    static func any(_ dice: inout Dice) -> Int { Int(Int64.any(&dice)) }
}

extension String: Arbitrary {
    /// What is hard on JSON: quotes, escapes, control characters, all planes. No NUL, which is not kept.
    private static let pieces = [
        "a", "Ω", "\"", "\\", "/", "\n", "\u{1}", "\u{1f}", "\u{7f}", "📞", "e\u{301}", "\u{2028}", "\u{FFFF}",
        "\u{10FFFF}",
        "u0000", " ", "null",
    ]

    static func any(_ dice: inout Dice) -> String {
        (0..<Int.random(in: 0...12, using: &dice)).map { _ in pieces[Int.random(in: 0..<pieces.count, using: &dice)] }
            .joined()
    }
}

extension ID: Arbitrary {
    static func any(_ dice: inout Dice) -> ID { ID(value: .random(in: 0 ... .max, using: &dice)) }
}

extension TraceID: Arbitrary {
    static func any(_ dice: inout Dice) -> TraceID { TraceID(value: .random(in: 0 ... .max, using: &dice)) }
}

extension Instant: Arbitrary {
    static func any(_ dice: inout Dice) -> Instant { Instant(microseconds: .any(&dice)) }
}

extension Milliseconds: Arbitrary {
    static func any(_ dice: inout Dice) -> Milliseconds { Milliseconds(.any(&dice)) }
}

extension Fraction: Arbitrary {
    static func any(_ dice: inout Dice) -> Fraction {
        let ends: [Double] = [0, 1, .leastNonzeroMagnitude, 0.1, 1 - 0x1p-53]
        return known(
            Fraction(Bool.any(&dice) ? known(ends.randomElement(using: &dice)) : .random(in: 0...1, using: &dice)))
    }
}

extension Score: Arbitrary {
    static func any(_ dice: inout Dice) -> Score { known(Score(.random(in: -1...1, using: &dice))) }
}

extension Private: Arbitrary where Value: Arbitrary {
    static func any(_ dice: inout Dice) -> Private { Private(.any(&dice)) }
}

extension Freeform: Arbitrary {
    static func any(_ dice: inout Dice) -> Freeform { any(&dice, depth: 3) }

    private static func any(_ dice: inout Dice, depth: Int) -> Freeform {
        switch UInt8.random(in: 0...(depth > 0 ? 7 : 5), using: &dice) {
        case 0: return .null
        case 1: return .bool(.any(&dice))
        case 2: return .integer(.any(&dice))
        case 3:
            // Of any size: most bit patterns are numbers, and the rest is none.
            return .number(Double(bitPattern: dice.next())) ?? .integer(0)
        case 4, 5: return .string(.any(&dice))
        case 6: return .array((0..<2).map { _ in any(&dice, depth: depth - 1) })
        default:
            let members = (0..<3).map { _ in (String.any(&dice), any(&dice, depth: depth - 1)) }
            return .object(Dictionary(members, uniquingKeysWith: { first, _ in first }))
        }
    }
}

extension Actor: Arbitrary {
    static func any(_ dice: inout Dice) -> Actor {
        switch UInt8.random(in: 0...4, using: &dice) {
        case 0: .user(.any(&dice))
        case 1: .apiKey(.any(&dice))
        case 2: .carrier(.any(&dice))
        case 3: .agent(.any(&dice))
        default: .system(.any(&dice))
        }
    }
}

extension EventMeta: Arbitrary {
    static func any(_ dice: inout Dice) -> EventMeta {
        EventMeta(
            request: .any(&dice), turn: .any(&dice), trace: .any(&dice), correlation: .any(&dice),
            causation: .any(&dice),
            actor: .any(&dice), address: .any(&dice), agentVersion: .any(&dice))
    }
}
