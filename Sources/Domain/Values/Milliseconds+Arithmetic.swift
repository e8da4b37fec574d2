/// Numbers from elsewhere may be absurd; a call is not to end because of a sum. So all of this stops at the ends.
extension Milliseconds {
    package static func + (left: Milliseconds, right: Milliseconds) -> Milliseconds {
        let (sum, overflow) = left.count.addingReportingOverflow(right.count)
        return Milliseconds(overflow ? (left.count < 0 ? .min : .max) : sum)
    }

    package static func - (left: Milliseconds, right: Milliseconds) -> Milliseconds {
        let (difference, overflow) = left.count.subtractingReportingOverflow(right.count)
        return Milliseconds(overflow ? (left.count < 0 ? .min : .max) : difference)
    }

    package static func += (left: inout Milliseconds, right: Milliseconds) { left = left + right }

    package static func -= (left: inout Milliseconds, right: Milliseconds) { left = left - right }

    /// Into whole percents of it.
    package func percent(_ percents: Int64) -> Milliseconds {
        let (product, overflow) = count.multipliedReportingOverflow(by: percents)
        return Milliseconds(overflow ? .max : product / 100)
    }
}

extension Instant {
    /// How long it is since an earlier instant, negative the other way round.
    package func since(_ earlier: Instant) -> Milliseconds {
        let (difference, overflow) = microseconds.subtractingReportingOverflow(earlier.microseconds)
        return Milliseconds((overflow ? (microseconds < 0 ? .min : .max) : difference) / 1000)
    }

    package func after(_ span: Milliseconds) -> Instant {
        let (microseconds, overflow) = span.count.multipliedReportingOverflow(by: 1000)
        let (sum, beyond) = self.microseconds.addingReportingOverflow(microseconds)
        return Instant(microseconds: overflow || beyond ? (span < 0 ? .min : .max) : sum)
    }
}
