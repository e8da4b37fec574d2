import TestKit

/// The game's chance, and its words for it.
struct Dice: RandomNumberGenerator {
    private var chance: Seeded

    init(_ seed: UInt64) { chance = Seeded(seed) }

    mutating func next() -> UInt64 { chance.next() }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
    mutating func happens(oneIn count: Int) -> Bool { number(1...count) == 1 }
    mutating func milliseconds(_ range: ClosedRange<Int>) -> Duration { .milliseconds(number(range)) }
}
