/// How far two texts are apart, in words.
enum WordDistance {
    /// Words to change, leave out or put in, from one to the other.
    static func edits(_ first: [String], _ second: [String]) -> Int {
        var row = Array(0...second.count)
        for (place, word) in first.enumerated() {
            var diagonal = row[0]
            row[0] = place + 1
            for (other, candidate) in second.enumerated() {
                let change = diagonal + (word == candidate ? 0 : 1)
                diagonal = row[other + 1]
                row[other + 1] = min(change, diagonal + 1, row[other] + 1)
            }
        }
        return row[second.count]
    }

    /// Zero for the same words, one for entirely different ones.
    static func share(_ first: [String], _ second: [String]) -> Double {
        let longest = max(first.count, second.count)
        return longest == 0 ? 0 : Double(edits(first, second)) / Double(longest)
    }
}
