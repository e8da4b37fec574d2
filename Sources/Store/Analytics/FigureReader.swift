import Crypto
import Domain
import Postgres
import Wire

/// Answers questions about an organization's calls, from behind its wall.
package struct FigureReader: Sendable {
    package struct Answer: Sendable {
        package let rows: [FigureRow]
        /// There are more than were asked for.
        package let hasMore: Bool
    }

    private let database: TenantDatabase

    package init(_ database: TenantDatabase) { self.database = database }

    /// In one transaction and one round trip.
    package func answer(_ question: FigureQuestion) async throws -> Answer {
        let statement = FigureStatement(question, of: database.organization.uuid)
        guard let groups = statement.groups else { return Answer(rows: [], hasMore: false) }
        var batch = [groups]
        let (costs, tallies) = (statement.costs, statement.tallies)
        if question.parts.contains(.costs), let costs { batch.append(costs) }
        if !question.parts.isDisjoint(with: [.latencies, .moods]), let tallies { batch.append(tallies) }
        let answers = try await database.query(batch)

        let width = question.dimensions.count
        var rows: [FigureRow] = []
        var places: [Key: Int] = [:]
        for row in answers[0].prefix(question.limit) {
            var reader = RowReader(row)
            let key = try Key(&reader, width)
            var measures = CallMeasures()
            for field in CallMeasures.fields { measures[keyPath: field] = try reader.next(Int64.self) }
            places[key] = rows.count
            rows.append(
                FigureRow(part: Int(key.part), values: key.values.map { $0.isEmpty ? nil : $0 }, measures: measures))
        }
        var rest = answers.dropFirst()
        if question.parts.contains(.costs), costs != nil {
            for row in rest.removeFirst() { try addCost(row, width, places, &rows) }
        }
        if let tallied = rest.first {
            for row in tallied { try addTally(row, width, places, &rows) }
        }
        return Answer(rows: rows, hasMore: answers[0].count > question.limit)
    }

    private struct Key: Hashable {
        let part: Int32
        let values: [String]

        init(_ reader: inout RowReader, _ width: Int) throws {
            part = try reader.next(Int32.self)
            var values: [String] = []
            for _ in 0..<width { values.append(try reader.next(String.self)) }
            self.values = values
        }
    }

    private func addCost(_ row: PostgresRow, _ width: Int, _ places: [Key: Int], _ rows: inout [FigureRow]) throws {
        var reader = RowReader(row)
        guard let place = places[try Key(&reader, width)] else { return }
        let currency = try reader.next(String.self)
        var measures = CallMeasures()
        measures.settled = try reader.next(Int64.self)
        measures.hearingMicros = try reader.next(Int64.self)
        measures.thinkingMicros = try reader.next(Int64.self)
        measures.voiceMicros = try reader.next(Int64.self)
        measures.telephonyMicros = try reader.next(Int64.self)
        measures.analysisMicros = try reader.next(Int64.self)
        rows[place].costs.append(FigureRow.Cost(currency: currency, measures: measures))
    }

    private func addTally(_ row: PostgresRow, _ width: Int, _ places: [Key: Int], _ rows: inout [FigureRow]) throws {
        var reader = RowReader(row)
        guard let place = places[try Key(&reader, width)] else { return }
        let stage = Int(try reader.next(Int32.self))
        let total = try reader.next(Int64.self)
        var percentiles: [Int64] = []
        for _ in 0..<4 {
            percentiles.append(LatencyBuckets.milliseconds(in: Int(try reader.next(Int64?.self) ?? 0)))
        }
        if let stage = LatencyStage(rawValue: stage) {
            rows[place].latencies[stage] = FigureRow.Latency(
                turns: total, p50: percentiles[0], p90: percentiles[1], p95: percentiles[2], p99: percentiles[3])
            return
        }
        for number in CallTally(numbers: try reader.next([Int64].self)).counts {
            guard let mood = Sentiment.allCases.first(where: { $0.place == number.key }) else { continue }
            rows[place].moods[mood] = number.value
        }
    }
}
