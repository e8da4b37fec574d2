import Crypto
import Loop
import Postgres
import Service
import Store

/// Reads the log forward and shows what it reads: all lanes, or one stream.
///
/// A class, as `EventLog` is handed about by functions that suspend. On one loop; that is why `@unchecked` holds.
final class Tail: @unchecked Sendable {
    /// How often Postgres is asked for more.
    static let rhythm = Duration.milliseconds(200)
    /// Between two attempts while it is away.
    static let absence = Duration.seconds(1)
    static let page = 500

    private let options: TailOptions
    private let pool: PostgresPool
    private let printer: Printer
    /// Nil where words are not shown, or nobody gave a key: then sealed ones read as erased.
    private let sealing: Sealing?
    private var left: Int
    /// Of each lane the last position that was read, or of the stream the last version.
    private var cursors: [Int64] = []

    init(_ options: TailOptions, _ pool: PostgresPool) throws {
        sealing = options.isRevealing ? try SealingKey.find(.process) : nil
        self.options = options
        self.pool = pool
        printer = Printer(isJSON: options.isJSON)
        left = options.limit ?? .max
    }

    func run() async throws {
        let log = try await EventLog.read(through: .pool(pool))
        if let call = options.call {
            let version = try await log.version(of: call, through: .pool(pool))
            guard version > 0 || options.isFollowing else { throw Trouble("the log has no stream \(call)") }
            cursors = [options.isFromStart ? 0 : max(0, Int64(version) - Int64(left))]
        } else {
            let heads = try await log.heads(through: .pool(pool))
            cursors = options.isFromStart ? heads.map { _ in 0 } : heads.map { max(0, $0 - Int64(left)) }
        }
        if options.isFromStart {
            while left > 0, try await showMore(of: log) {}
        } else {
            try await showLast(of: log)
        }
        guard options.isFollowing, left > 0 || !options.isFromStart else { return }
        if !options.isFromStart { left = .max }
        try await follow(log)
    }

    private func follow(_ log: EventLog) async throws {
        while left > 0 {
            do {
                while left > 0, try await showMore(of: log) {}
                try await pool.loop.sleep(for: Self.rhythm)
            } catch let error as PostgresError where error.isAway {
                Console.complain("\(error); trying again")
                try await pool.loop.sleep(for: Self.absence)
            }
        }
    }

    /// What stands behind the cursors, of which only the last are wanted.
    private func showLast(of log: EventLog) async throws {
        var wanted: [RecordedEvent] = []
        while true {
            let events = try await next(of: log)
            if events.isEmpty { break }
            wanted += events.filter(isWanted)
            wanted = Array(wanted.sorted(by: Self.isEarlier).suffix(left))
        }
        for event in wanted { show(event) }
        printer.flush()
    }

    /// A page of each; answers whether there was anything.
    private func showMore(of log: EventLog) async throws -> Bool {
        let events = try await next(of: log)
        for event in events.sorted(by: Self.isEarlier) where left > 0 && isWanted(event) {
            show(event)
            left -= 1
        }
        printer.flush()
        return !events.isEmpty
    }

    private func next(of log: EventLog) async throws -> [RecordedEvent] {
        let events = try await read(log)
        return try await sealing?.opened(events, through: .pool(pool)) ?? events
    }

    private func read(_ log: EventLog) async throws -> [RecordedEvent] {
        if let call = options.call {
            let events = try await log.events(
                of: call, from: Int32(cursors[0]) + 1, limit: Self.page, through: .pool(pool))
            if let last = events.last { cursors[0] = Int64(last.version) }
            return events
        }
        // One statement finds out that there is nothing new.
        let heads = try await log.heads(through: .pool(pool))
        var all: [RecordedEvent] = []
        for lane in heads.indices where heads[lane] > cursors[lane] {
            let events = try await log.page(
                lane: Int16(lane), after: cursors[lane], limit: Self.page, through: .pool(pool))
            if let last = events.last { cursors[lane] = last.position }
            all += events
        }
        return all
    }

    private func isWanted(_ event: RecordedEvent) -> Bool {
        options.types.isEmpty || options.types.contains(event.type)
    }

    private func show(_ event: RecordedEvent) {
        let view = EventView(event: event, isRevealing: options.isRevealing)
        printer.show(view.line, view.document)
    }

    private static func isEarlier(_ left: RecordedEvent, _ right: RecordedEvent) -> Bool {
        (left.recordedAt, left.lane, left.position) < (right.recordedAt, right.lane, right.position)
    }
}
