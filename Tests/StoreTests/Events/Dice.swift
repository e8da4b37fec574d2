import TestKit

/// Chance that can be repeated: the same seed throws the same values.
struct Dice: RandomNumberGenerator {
    /// What becomes of fields that may be left out.
    enum Optionals { case always, never, sometimes }

    private var chance: Seeded
    let optionals: Optionals

    init(seed: UInt64, optionals: Optionals = .sometimes) {
        chance = Seeded(seed)
        self.optionals = optionals
    }

    mutating func next() -> UInt64 { chance.next() }
}
