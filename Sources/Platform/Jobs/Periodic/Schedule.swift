import Postgres
package import Wire

/// When a periodic job falls due. In UTC, whichever it is.
package enum Schedule: Hashable, Sendable {
    /// At every whole multiple since 1970: everybody who computes it agrees, whenever they were started.
    case every(Duration)
    case cron(CronTime)

    /// The last due moment that is not after `moment`.
    package func latest(at moment: Timestamp) -> Timestamp? {
        switch self {
        case .cron(let time): return time.latest(at: moment)
        case .every(let step):
            let step = step.inMicrosecondsWhole
            guard step > 0, moment.microseconds >= 0, moment != .infinity else { return nil }
            return Timestamp(microseconds: moment.microseconds / step * step)
        }
    }
}

extension Duration {
    fileprivate var inMicrosecondsWhole: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
