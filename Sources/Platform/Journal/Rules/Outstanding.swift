/// Which records have not been acknowledged: one bit each.
struct Outstanding: Hashable, Sendable {
    /// The number of the first bit of the first word.
    private var base: UInt64 = 0
    private var words: [UInt64] = []
    private(set) var count = 0

    /// Numbers ascend; those never added count as acknowledged.
    mutating func add(_ number: UInt64) {
        if words.isEmpty { base = number & ~63 }
        precondition(number >= base, "records are added in their order")
        let word = Int((number - base) >> 6)
        while words.count <= word { words.append(0) }
        words[word] |= 1 << (number & 63)
        count += 1
    }

    /// Answers whether it was outstanding.
    mutating func remove(_ number: UInt64) -> Bool {
        guard let word = word(of: number), words[word] & 1 << (number & 63) != 0 else { return false }
        words[word] &= ~(1 << (number & 63))
        count -= 1
        return true
    }

    func contains(_ number: UInt64) -> Bool {
        guard let word = word(of: number) else { return false }
        return words[word] & 1 << (number & 63) != 0
    }

    func containsAny(from first: UInt64, through last: UInt64) -> Bool {
        if words.isEmpty || last < base || last < first { return false }
        var number = max(first, base)
        while number <= last, let word = word(of: number) {
            let above = words[word] & (UInt64.max << (number & 63))
            let end = (number | 63)
            let within = end <= last ? above : above & (UInt64.max >> (63 - (last & 63)))
            if within != 0 { return true }
            number = end + 1
        }
        return false
    }

    /// Gives back the room of what lies below `number`, all of it acknowledged.
    mutating func forget(below number: UInt64) {
        guard number > base else { return }
        let whole = min(Int((number - base) >> 6), words.count)
        words.removeFirst(whole)
        base += UInt64(whole) << 6
    }

    private func word(of number: UInt64) -> Int? {
        guard number >= base else { return nil }
        let word = (number - base) >> 6
        return word < UInt64(words.count) ? Int(word) : nil
    }
}
