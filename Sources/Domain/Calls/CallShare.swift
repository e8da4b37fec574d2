/// All that a call adds to the sums that analytics are read from, and where.
package struct CallShare: Hashable, Sendable {
    /// The beginnings of its hour and its day, in UTC.
    package let hour: Instant
    package let day: Instant
    package let agent: AgentID?
    package let agentVersion: Int?
    package let direction: Direction?
    package let reason: EndedReason?
    package let currency: String?
    package let measures: CallMeasures
    package let costs: CallMeasures
    package let tally: CallTally

    package init(_ call: CallState) {
        hour = call.startedAt.beginning(of: 3_600_000_000)
        day = call.startedAt.beginning(of: 86_400_000_000)
        agent = call.origin?.value.agent
        agentVersion = call.origin?.value.agentVersion
        direction = call.origin?.value.direction
        reason = call.end?.value.reason
        let bill = call.bill
        currency = bill?.currency
        measures = CallMeasures(counting: call)
        costs = bill.map { CallMeasures(costs: $0) } ?? CallMeasures()
        tally = call.tally
    }
}

extension Instant {
    /// Of the stretch of so many microseconds, counted from 1970, that it lies in.
    package func beginning(of length: Int64) -> Instant {
        let bounded = min(max(microseconds, Self.earliest), Self.latest)
        let rest = bounded % length
        return Instant(microseconds: bounded - (rest < 0 ? rest + length : rest))
    }

    /// The years 1 and 9999. Whatever lies beyond is nobody's call, and no calendar's.
    private static let earliest: Int64 = -62_135_596_800_000_000
    private static let latest: Int64 = 253_402_300_799_000_000
}
