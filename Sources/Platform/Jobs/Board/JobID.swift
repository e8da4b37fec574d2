/// A job, for as long as anything is known of it: replaying it keeps the number.
package struct JobID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let number: Int64

    package init(_ number: Int64) { self.number = number }

    package static func < (left: JobID, right: JobID) -> Bool { left.number < right.number }

    package var description: String { "\(number)" }
}
