import Postgres

/// What calls say of themselves, how often it is counted, and what patterns and searches go by.
struct LookSight: Equatable {
    let rows: [String]
    let judged: Int64
    let successful: Int64
    let sightings: [String]
    let summaries: [String]

    init(_ test: LearningUnderTest) async throws {
        rows = try await test.pool.query(
            "SELECT concat_ws('|', call_id, coalesce(success::text, '?'), intent, sentiment, summary) FROM calls_v1 ORDER BY call_id"
        ).map { try $0.decode(String.self) }
        (judged, successful) = try await test.pool.query(
            "SELECT coalesce(sum(judged), 0)::bigint, coalesce(sum(successful), 0)::bigint FROM call_sums_v1 WHERE slice = 'hour' AND currency = ''"
        ).one.decode(Int64.self, Int64.self)
        sightings = try await test.pool.query(
            "SELECT concat_ws('|', call_id, pattern_id, success) FROM pattern_sightings_v1 ORDER BY call_id, pattern_id"
        ).map { try $0.decode(String.self) }
        summaries = try await test.pool.query(
            "SELECT call_id || text FROM search_texts_v1 WHERE kind = 'summary' ORDER BY 1"
        ).map { try $0.decode(String.self) }
    }
}
