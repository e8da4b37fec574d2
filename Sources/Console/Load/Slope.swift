/// How fast something grows: the line that lies closest to the points.
struct Slope: Equatable {
    let perUnit: Double

    /// Nil of points that lie above each other, or fewer than two.
    init?(_ points: [(x: Double, y: Double)]) {
        guard points.count >= 2 else { return nil }
        let count = Double(points.count)
        let meanX = points.reduce(0) { $0 + $1.x } / count
        let meanY = points.reduce(0) { $0 + $1.y } / count
        let spread = points.reduce(0) { $0 + ($1.x - meanX) * ($1.x - meanX) }
        guard spread > 0 else { return nil }
        perUnit = points.reduce(0) { $0 + ($1.x - meanX) * ($1.y - meanY) } / spread
    }
}
