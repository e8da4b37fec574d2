import Crypto
import Domain
import Postgres
import Wire

/// A batch as the arguments of `append_events`, or of `append_event`.
enum AppendStatement {
    /// `isPrepared` says that the session has what `append_event` wants of it.
    static func sql(_ groups: [AppendGroup], lanes: Int16, isPrepared: Bool) -> SQL {
        if isPrepared, groups.count == 1, groups[0].eventCount == 1, groups[0].firstVersion > 1 {
            return next(groups[0], lanes)
        }
        var columns = Columns(groups: groups.count, events: groups.reduce(0) { $0 + $1.eventCount })
        for group in groups {
            columns.begin(
                group.append, first: group.firstVersion, count: group.eventCount,
                lane: lane(of: group, among: lanes))
            for entry in group.entries { columns.add(entry.append.events) }
        }
        return columns.sql
    }

    /// One event that names its version, and is not its stream's first.
    private static func next(_ group: AppendGroup, _ lanes: Int16) -> SQL {
        let (append, event) = (group.append, group.append.events[0])
        return """
            SELECT * FROM append_event(\(append.stream), \(append.kind.rawValue), \(append.organization),
                \(lane(of: group, among: lanes)), \(group.firstVersion), \(event.id), \(event.type), \(event.schemaVersion),
                \(event.occurredAt), \(JSON(event.payload)), \(event.meta.map(JSON.init)), \(event.keyID))
            """
    }

    private static func lane(of group: AppendGroup, among lanes: Int16) -> Int16 {
        group.first.lane ?? LaneChoice.lane(of: group.append.stream, among: lanes)
    }

    /// One append by itself, in a transaction of somebody's.
    static func sql(_ append: StreamAppend, lane: Int16) -> SQL {
        var columns = Columns(groups: 1, events: append.events.count)
        var first: Int32 = 0
        if case .version(let version) = append.start { first = version }
        columns.begin(append, first: first, count: append.events.count, lane: lane)
        columns.add(append.events)
        return columns.sql
    }

    /// Writes something that nobody reads: a commit waits for its standby only if there is something to wait for.
    static let mark: SQL = "SELECT pg_logical_emit_message(true, 'ledgerline', '')"

    private struct Columns {
        var streams: [UUID] = []
        var kinds: [String] = []
        var organizations: [UUID] = []
        var lanes: [Int16] = []
        var firsts: [Int32] = []
        var starts: [Int32] = []
        var counts: [Int32] = []
        var ids: [UUID] = []
        var types: [String] = []
        var schemas: [Int16] = []
        var occurred: [Timestamp] = []
        var payloads: [JSON] = []
        var metas: [JSON?] = []
        var keys: [Int64?] = []
        var batches: [Int32] = []

        init(groups: Int, events: Int) {
            streams.reserveCapacity(groups)
            ids.reserveCapacity(events)
            types.reserveCapacity(events)
            payloads.reserveCapacity(events)
            batches.reserveCapacity(events)
        }

        mutating func begin(_ append: StreamAppend, first: Int32, count: Int, lane: Int16) {
            streams.append(append.stream)
            kinds.append(append.kind.rawValue)
            organizations.append(append.organization)
            lanes.append(lane)
            firsts.append(first)
            starts.append(Int32(clamping: ids.count))
            counts.append(Int32(clamping: count))
        }

        mutating func add(_ events: [NewEvent]) {
            let batch = Int32(clamping: streams.count)
            for event in events {
                ids.append(event.id)
                types.append(event.type)
                schemas.append(event.schemaVersion)
                occurred.append(event.occurredAt)
                payloads.append(JSON(event.payload))
                metas.append(event.meta.map(JSON.init))
                keys.append(event.keyID)
                batches.append(batch)
            }
        }

        var sql: SQL {
            """
            SELECT * FROM append_events(\(streams), \(kinds), \(organizations), \(lanes), \(firsts), \(starts), \(counts),
                \(ids), \(types), \(schemas), \(occurred), \(payloads), \(metas), \(keys), \(batches))
            """
        }
    }
}
