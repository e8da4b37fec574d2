package import Postgres
import Store

/// What stands in the tables after a scripted history, as a person would write it down.
package struct WhatWasLearned {
    private let pool: PostgresPool

    package init(in pool: PostgresPool) { self.pool = pool }

    package func memories(of customer: Int) async throws -> [String] {
        try await pool.query(
            "SELECT kind || ' ' || content FROM memories_v1 WHERE customer_id = \(CallStory.customer(customer).uuid) ORDER BY 1"
        ).map { try $0.decode(String.self) }
    }

    /// How many events of each kind were told of memories.
    package var told: [String: Int] {
        get async throws {
            let rows = try await pool.query(
                "SELECT type, count(*) FROM events WHERE type LIKE 'memory.%' GROUP BY type"
            ).map { try $0.decode(String.self, Int.self) }
            return Dictionary(uniqueKeysWithValues: rows.map { ($0.0, $0.1) })
        }
    }

    package var patterns: [String] {
        get async throws {
            let (orders, visits) = (CallStory.agents[0].uuid, CallStory.agents[1].uuid)
            return try await pool.query(
                """
                SELECT concat_ws(' ', kind, summary, uses, round(success_rate::numeric, 4), coalesce(retired_reason, '-'),
                    CASE agent_id WHEN \(orders) THEN 'orders' WHEN \(visits) THEN 'visits' END)
                FROM patterns_v1 ORDER BY kind, summary
                """
            ).map { try $0.decode(String.self) }
        }
    }
}
