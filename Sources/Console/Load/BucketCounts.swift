/// A histogram in the text that Prometheus reads, at one moment.
struct BucketCounts: Equatable {
    private(set) var bounds: [Double] = []
    /// Of each bucket alone.
    private(set) var counts: [Int] = []

    init(of name: String, in text: String) {
        var before = 0
        for line in text.split(separator: "\n") where line.hasPrefix("\(name)_bucket{le=\"") {
            let parts = line.split(separator: "\"")
            guard parts.count == 3, let total = parts[2].split(separator: " ").last.flatMap({ Double($0) }) else {
                continue
            }
            if let bound = Double(parts[1]), bound.isFinite { bounds.append(bound) }
            counts.append(Int(total) - before)
            before = Int(total)
        }
    }

    /// What has come since then.
    func since(_ earlier: BucketCounts) -> BucketSpread? {
        guard earlier.counts.count == counts.count else { return BucketSpread(bounds: bounds, counts: counts) }
        return BucketSpread(bounds: bounds, counts: zip(counts, earlier.counts).map { $0 - $1 })
    }
}
