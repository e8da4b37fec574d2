import Postgres

/// What `append_events` said about one batch, group by group.
struct AppendAnswer {
    enum Verdict: Int16 {
        case appended = 1
        case duplicate, conflict, anotherOrganization, anotherLane
    }

    private let verdicts: [Verdict]
    private let lanes: [Int16]
    private let currents: [Int32]
    private let stored: [Int32]
    private let lowest: [Int32]
    private let highest: [Int32]
    private let firsts: [Int64]
    private let lasts: [Int64]
    let lockWait: Duration

    init(_ rows: PostgresRows, groups: Int) throws(PostgresError) {
        let (verdicts, lanes, currents, stored, lowest, highest, firsts, lasts, wait) = try rows.one.decode(
            [Int16].self, [Int16].self, [Int32].self, [Int32].self, [Int32].self, [Int32].self, [Int64].self,
            [Int64].self, Int64.self)
        self.verdicts = verdicts.compactMap(Verdict.init(rawValue:))
        guard self.verdicts.count == groups, lanes.count == groups, currents.count == groups, stored.count == groups,
            lowest.count == groups, highest.count == groups, firsts.count == groups, lasts.count == groups
        else { throw PostgresError(.unexpectedAnswer) }
        self.lanes = lanes
        self.currents = currents
        self.stored = stored
        self.lowest = lowest
        self.highest = highest
        self.firsts = firsts
        self.lasts = lasts
        lockWait = .microseconds(wait)
    }

    subscript(group: Int) -> One {
        One(
            verdict: verdicts[group], lane: lanes[group], current: currents[group], stored: Int(stored[group]),
            lowest: lowest[group], highest: highest[group], first: firsts[group], last: lasts[group])
    }

    /// About one group.
    struct One {
        let verdict: Verdict
        let lane: Int16
        /// The stream's last version before the batch.
        let current: Int32
        /// How many of the events had been there, the first ones.
        let stored: Int
        let lowest: Int32
        let highest: Int32
        let first: Int64
        let last: Int64
    }
}

extension AppendAnswer.One {
    enum Step {
        case settle(PendingAppend, Result<AppendVerdict, AppendError>)
        case again(PendingAppend)
    }

    /// Divides the answer among those who went together.
    func steps(for group: AppendGroup) -> [Step] {
        switch verdict {
        case .anotherOrganization: return group.entries.map { .settle($0, .failure(.anotherOrganization)) }
        case .anotherLane:
            for entry in group.entries { entry.lane = lane }
            return group.entries.map { .again($0) }
        case .conflict:
            if group.entries.count == 1 { return [.settle(group.first, .success(.conflict(actual: current)))] }
            return separately(group)
        case .duplicate where group.entries.count > 1: return separately(group)
        case .appended, .duplicate: return divided(group)
        }
    }

    private func separately(_ group: AppendGroup) -> [Step] {
        group.entries.map { entry in
            entry.isSolo = true
            return .again(entry)
        }
    }

    private func divided(_ group: AppendGroup) -> [Step] {
        if group.entries.count == 1 { return [alone(group.first)] }
        var before = 0
        return group.entries.map { entry in
            defer { before += entry.eventCount }
            guard stored <= before else {
                // Part of it was there, and where that is the answer does not say: it asks again by itself.
                entry.isSolo = true
                entry.storedBefore += max(0, min(entry.eventCount, before + entry.eventCount - stored))
                return .again(entry)
            }
            let end = last - Int64(group.eventCount - before - entry.eventCount)
            let version = highest - Int32(group.eventCount - before - entry.eventCount)
            let receipt = AppendReceipt(
                lane: lane, versions: (version - Int32(entry.eventCount) + 1)...version,
                positions: (end - Int64(entry.eventCount) + 1)...end, duplicates: 0)
            return .settle(entry, .success(.appended(receipt)))
        }
    }

    private func alone(_ entry: PendingAppend) -> Step {
        let duplicates = max(0, stored - entry.storedBefore)
        let receipt = AppendReceipt(
            lane: lane, versions: lowest...max(lowest, highest), positions: first...max(first, last),
            duplicates: duplicates)
        return .settle(entry, .success(duplicates == entry.eventCount ? .duplicate(receipt) : .appended(receipt)))
    }
}
