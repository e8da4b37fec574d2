import Postgres
import Service
package import Wire

/// Cuts time as people's calendars do. Postgres knows the zones, and when their clocks are put forward and back.
package struct PeriodReader: Sendable {
    /// A moment, or the beginning of a day in the reader's zone.
    package enum Edge: Hashable, Sendable {
        case moment(Timestamp)
        case day(CalendarDate)
    }

    package enum Refusal: Error, Hashable, Sendable {
        case zoneUnknown
        case isEmpty
        case isTooLong
        case hasTooManyParts
    }

    /// Of those who say nothing, so many days up to now, today among them.
    package static let daysUsual: Int32 = 30
    package static let daysMax: Int64 = 1_830

    private let database: TenantDatabase
    private let zones: ZoneNames

    package init(_ database: TenantDatabase, _ zones: ZoneNames) {
        self.database = database
        self.zones = zones
    }

    package func period(
        from: Edge?, to: Edge?, zone: String, by granularity: Granularity?, at now: Timestamp = .now
    ) async throws -> FigurePeriod {
        guard try await zones.contains(zone, through: database) else { throw Refusal.zoneUnknown }
        let end = try await moment(to ?? .moment(now), zone)
        let begin: Timestamp
        if let from { begin = try await moment(from, zone) } else { begin = try await beginning(before: end, zone) }
        guard begin < end else { throw Refusal.isEmpty }
        guard end.microseconds - begin.microseconds <= Self.daysMax * Self.day else { throw Refusal.isTooLong }
        guard let granularity else {
            return FigurePeriod(zone: zone, granularity: nil, parts: [.init(from: begin, to: end, local: nil)])
        }
        // One more than there are in a regular calendar, and one for what is cut at each end.
        let shortest = granularity == .hour ? Self.hour : Self.day
        guard (end.microseconds - begin.microseconds) / shortest <= Int64(FigureQuestion.bucketsMax) else {
            throw Refusal.hasTooManyParts
        }
        let parts = try await parts(from: begin, to: end, zone, granularity)
        guard parts.count <= FigureQuestion.bucketsMax else { throw Refusal.hasTooManyParts }
        return FigurePeriod(zone: zone, granularity: granularity, parts: parts)
    }

    private static let hour: Int64 = 3_600_000_000
    private static let day: Int64 = 86_400_000_000

    private func moment(_ edge: Edge, _ zone: String) async throws -> Timestamp {
        switch edge {
        case .moment(let moment): moment
        case .day(let day):
            try await database.query("SELECT day_begins(\(day)::timestamp, \(zone))").one.decode(Timestamp.self)
        }
    }

    private func beginning(before end: Timestamp, _ zone: String) async throws -> Timestamp {
        try await database.query(
            "SELECT day_begins((\(end) AT TIME ZONE \(zone))::date - \(Self.daysUsual - 1)::int, \(zone))"
        ).one.decode(Timestamp.self)
    }

    private func parts(
        from begin: Timestamp, to end: Timestamp, _ zone: String, _ granularity: Granularity
    ) async throws -> [FigurePeriod.Part] {
        let cuts: SQL =
            switch granularity {
            case .hour:
                // No clock differs from Greenwich by less than whole quarters of an hour.
                """
                SELECT \(begin) AS moment, date_trunc('hour', \(begin) AT TIME ZONE \(zone)) AS wall
                UNION ALL SELECT moment, moment AT TIME ZONE \(zone)
                FROM generate_series(date_bin('15 minutes', \(begin), '2000-01-01T00:00:00Z') + interval '15 minutes',
                    \(end), interval '15 minutes') AS moment
                WHERE moment < \(end) AND extract(minute FROM moment AT TIME ZONE \(zone)) = 0
                """
            case .day: days(from: begin, to: end, zone, "day", "1 day")
            case .week: days(from: begin, to: end, zone, "week", "1 week")
            case .month: days(from: begin, to: end, zone, "month", "1 month")
            }
        let shape: SQL = granularity == .hour ? "'YYYY-MM-DD\"T\"HH24:MI'" : "'YYYY-MM-DD'"
        let rows = try await database.query(
            "SELECT moment, to_char(wall, \(shape)) FROM (\(cuts)) AS cuts ORDER BY moment, wall"
        ).map { try $0.decode(Timestamp.self, String.self) }
        var parts: [FigurePeriod.Part] = []
        for (index, (moment, wall)) in rows.enumerated() {
            let next = index + 1 < rows.count ? rows[index + 1].0 : end
            // A day that a country left out has no time in it.
            guard moment < next else { continue }
            parts.append(FigurePeriod.Part(from: moment, to: next, local: wall))
        }
        return parts
    }

    private func days(
        from begin: Timestamp, to end: Timestamp, _ zone: String, _ unit: String, _ step: String
    ) -> SQL {
        """
        SELECT greatest(day_begins(wall, \(zone)), \(begin)) AS moment, wall
        FROM generate_series(date_trunc(\(unit), \(begin) AT TIME ZONE \(zone)), \(end) AT TIME ZONE \(zone), \(step)::interval)
            AS wall
        WHERE day_begins(wall, \(zone)) < \(end)
        """
    }
}

/// The zones that Postgres knows by their IANA names, read once.
package final class ZoneNames: Sendable {
    private let names = Shared<Set<String>?>(nil)

    package init() {}

    func contains(_ zone: String, through database: TenantDatabase) async throws -> Bool {
        if let names = names.with({ $0 }) { return names.contains(zone) }
        let read = Set(
            try await database.query("SELECT name FROM pg_timezone_names").map { try $0.decode(String.self) })
        names.with { $0 = read }
        return read.contains(zone)
    }
}
