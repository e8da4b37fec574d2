/// Which files of a shelf have to go.
enum ShelfSweep {
    struct File: Hashable {
        let name: String
        let bytes: Int
        let age: Duration
        /// It is being written, and stays.
        var isOpen = false
    }

    /// Those that are too old; then the oldest, until a tenth of all is free if there is no room for so many bytes more.
    static func victims(_ files: [File], _ limits: ShelfLimits, room: Int = 0) -> [File] {
        var victims: [File] = []
        var total = files.reduce(0) { $0 + $1.bytes }
        let isFull = total + room > limits.bytesMax
        for file in files.sorted(by: { ($1.age, $0.name) < ($0.age, $1.name) }) where !file.isOpen {
            guard file.age >= limits.ageMax || isFull && total > limits.bytesMax / 10 * 9 else { continue }
            victims.append(file)
            total -= file.bytes
        }
        return victims
    }
}
