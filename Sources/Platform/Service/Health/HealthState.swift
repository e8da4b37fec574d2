/// How one thing that we need is doing.
package enum HealthState: Hashable, Sendable {
    case up
    /// It works, but worse than it should.
    case degraded(Reason)
    case down(Reason)

    package var word: StaticString {
        switch self {
        case .up: "up"
        case .degraded: "degraded"
        case .down: "down"
        }
    }

    package var reason: Reason? {
        switch self {
        case .up: nil
        case .degraded(let reason), .down(let reason): reason
        }
    }

    var rank: Int {
        switch self {
        case .up: 0
        case .degraded: 1
        case .down: 2
        }
    }
}
