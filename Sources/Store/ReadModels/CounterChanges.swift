import Crypto
import Domain
import Postgres
import Wire

/// By how much counters change.
struct CounterChanges {
    struct Key: Hashable {
        let organization: UUID
        let day: CalendarDate
    }

    private var totals: [Key: CallTotals] = [:]

    mutating func add(_ call: CallState, of organization: UUID) {
        totals[Key(organization: organization, day: call.day), default: CallTotals()] += CallTotals(call)
    }

    mutating func remove(_ call: CallState, of organization: UUID) {
        totals[Key(organization: organization, day: call.day), default: CallTotals()] -= CallTotals(call)
    }

    /// In one order, and without those that stay as they are.
    var changes: [(key: Key, totals: CallTotals)] {
        totals.filter { !$0.value.isZero }.map { (key: $0.key, totals: $0.value) }
            .sorted { ($0.key.organization, $0.key.day) < ($1.key.organization, $1.key.day) }
    }
}

extension CallState {
    /// The day it counts for, in UTC.
    var day: CalendarDate {
        let length: Int64 = 86_400_000_000
        let (days, rest) = startedAt.microseconds.quotientAndRemainder(dividingBy: length)
        return CalendarDate(daysSinceEpoch: Int32(clamping: rest < 0 ? days - 1 : days))
    }
}
