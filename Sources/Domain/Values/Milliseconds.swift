/// A span, or a place in a call's sound, to the precision the log keeps.
package struct Milliseconds: Hashable, Comparable, Sendable, ExpressibleByIntegerLiteral {
    package let count: Int64

    package init(_ count: Int64) { self.count = count }
    package init(integerLiteral count: Int64) { self.count = count }

    /// What is less than a millisecond is cut off.
    package init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        count = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }

    package var duration: Duration { .milliseconds(count) }

    package static func < (left: Milliseconds, right: Milliseconds) -> Bool { left.count < right.count }
}
