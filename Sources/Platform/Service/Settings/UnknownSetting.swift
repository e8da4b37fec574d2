/// A variable with our prefix that nothing reads, and the known name it probably should have been.
package struct UnknownSetting: Hashable, Sendable, CustomStringConvertible {
    /// More changes than this make another word.
    static let changesMax = 3

    package let name: String
    package let nearest: String?

    init(name: String, among known: Set<String>) {
        self.name = name
        let close = known.map { (name: $0, changes: Self.changes(from: name, to: $0)) }
            .filter { $0.changes <= Self.changesMax }
        nearest = close.min { ($0.changes, $0.name) < ($1.changes, $1.name) }?.name
    }

    package var description: String {
        nearest.map { "\(name) is no setting; did you mean \($0)?" } ?? "\(name) is no setting"
    }

    /// How many letters must be put in, taken out or changed (Levenshtein), one row of the table at a time.
    static func changes(from left: String, to right: String) -> Int {
        let right = Array(right.utf8)
        var row = Array(0...right.count)
        for (index, letter) in left.utf8.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in right.indices {
                let change = diagonal + (letter == right[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(change, diagonal + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }
}
