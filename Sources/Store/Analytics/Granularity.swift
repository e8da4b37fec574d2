import Postgres

/// How long the stretches of time are that figures are told for, in the reader's zone.
package enum Granularity: String, Hashable, Sendable, CaseIterable {
    case hour
    case day
    case week
    case month
}
