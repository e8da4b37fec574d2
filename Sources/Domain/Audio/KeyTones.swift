/// Keys of a telephone as sound (ITU-T Q.23): two tones at once, one for the row and one for the column.
package enum KeyTones {
    package static let rows = [697, 770, 852, 941]
    package static let columns = [1_209, 1_336, 1_477, 1_633]
    private static let keys: [[Character]] = [
        ["1", "2", "3", "A"], ["4", "5", "6", "B"], ["7", "8", "9", "C"], ["*", "0", "#", "D"],
    ]
    /// Of the tone, and of the silence behind it: receivers want 40 at the least of each.
    private static let length: Milliseconds = 100
    private static let shortPause: Milliseconds = 500
    private static let longPause: Milliseconds = 1_000
    /// Of each of the two.
    private static let amplitude = 7_000.0

    /// The key at a crossing.
    package static func key(row: Int, column: Int) -> Character { keys[row][column] }

    /// What is heard when they are pressed one after the other; `w` and `W` wait. What is no key is passed over.
    package static func sound(_ keys: String, _ law: G711) -> [UInt8] {
        var sound: [UInt8] = []
        for key in keys {
            switch key {
            case "w": sound += silence(shortPause, law)
            case "W": sound += silence(longPause, law)
            default:
                guard let place = place(of: key) else { continue }
                sound += tone(rows[place.row], columns[place.column], law) + silence(length, law)
            }
        }
        return sound
    }

    private static func place(of key: Character) -> (row: Int, column: Int)? {
        for (row, keys) in keys.enumerated() {
            if let column = keys.firstIndex(of: key) { return (row, column) }
        }
        return nil
    }

    private static func silence(_ length: Milliseconds, _ law: G711) -> [UInt8] {
        [UInt8](repeating: law.silence, count: G711.samples(length))
    }

    private static func tone(_ low: Int, _ high: Int, _ law: G711) -> [UInt8] {
        var (low, high) = (ToneWave(low), ToneWave(high))
        return (0..<G711.samples(length)).map { _ in law.encode(Int16(amplitude * (low.next() + high.next()))) }
    }
}
