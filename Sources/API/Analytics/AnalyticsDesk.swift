import HTTP
import Postgres
import Store
import Wire

/// Answers one visitor's questions, and says how fresh the answers are.
struct AnalyticsDesk: Sendable {
    let database: TenantDatabase
    let pool: PostgresPool
    let primary: PostgresPool
    let zones: ZoneNames

    /// Read before the figures, which hold at least so much.
    func watermark() async throws -> Watermark {
        try await telling { try await Watermark.read(of: database, from: pool, primary: primary) }
    }

    func answer(_ question: FigureQuestion) async throws -> FigureReader.Answer {
        try await telling { try await FigureReader(database).answer(question) }
    }

    func period(_ wish: PeriodWish, by granularity: Granularity?) async throws -> FigurePeriod {
        let reader = PeriodReader(database, zones)
        do {
            return try await telling {
                try await reader.period(from: wish.from, to: wish.to, zone: wish.zone, by: granularity)
            }
        } catch let refusal as PeriodReader.Refusal {
            throw wish.problem(for: refusal)
        }
    }

    func telling<Value>(_ body: () async throws -> Value) async throws -> Value {
        do { return try await body() } catch let error as PostgresError where Self.tookTooLong(error) {
            throw Problem(
                .unprocessableContent, "question_too_large",
                detail: "counting took longer than \(AnalyticsPools.statementMax): ask for less time or fewer groups")
        }
    }

    private static func tookTooLong(_ error: PostgresError) -> Bool {
        error.code == .queryDeadline || error.sqlState == SQLState("57014")
    }
}
