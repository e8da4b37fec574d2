import CLinux

/// A point on the machine's monotonic clock. It never jumps, and means nothing outside this boot.
package struct Moment: Hashable, Comparable, Sendable {
    package let nanoseconds: UInt64

    package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    package static var now: Moment { Moment(nanoseconds: linux_monotonic()) }
    /// Later than anything that will happen.
    package static let never = Moment(nanoseconds: .max)

    package static func < (left: Moment, right: Moment) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Saturates at both ends: a deadline of "never" stays one.
    package static func + (moment: Moment, duration: Duration) -> Moment {
        moment.advanced(by: duration.wholeNanoseconds)
    }

    /// The same of a step that is known in nanoseconds, which spares the division that a `Duration` takes.
    package func advanced(by step: Int64) -> Moment {
        if step >= 0 {
            let (sum, overflow) = nanoseconds.addingReportingOverflow(UInt64(step))
            return overflow ? .never : Moment(nanoseconds: sum)
        }
        let (difference, underflow) = nanoseconds.subtractingReportingOverflow(step.magnitude)
        return Moment(nanoseconds: underflow ? 0 : difference)
    }

    package static func - (later: Moment, earlier: Moment) -> Duration {
        if later >= earlier { return .nanoseconds(Int64(clamping: later.nanoseconds - earlier.nanoseconds)) }
        return .nanoseconds(-Int64(clamping: earlier.nanoseconds - later.nanoseconds))
    }
}

extension Duration {
    /// This duration in nanoseconds, clamped to what 64 bits hold (292 years).
    package var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds < 0 ? .min : .max }
        let (sum, over) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        return over ? (seconds < 0 ? .min : .max) : sum
    }

    package var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
