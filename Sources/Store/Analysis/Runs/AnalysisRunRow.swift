package import Domain
import Postgres
package import Wire

/// Looking again at an organization's calls of a time, and how far that is.
package struct AnalysisRunRow: Hashable, Sendable {
    package let id: AnalysisRunID
    package let name: String
    package let way: AnalysisWay
    package let from: Timestamp
    package let to: Timestamp
    package let agent: AgentID?
    package let createdAt: Timestamp
    package let finishedAt: Timestamp?
    /// That were over when it was asked for.
    package let calls: Int64
    package let looked: Int64
    /// Nobody said a word, or they were forgotten.
    package let passedOver: Int64

    static let columns: SQL =
        """
        run_id, name, analyst, plan, starts_at, ends_at, agent_id, created_at, finished_at, calls, looked, passed_over
        """

    init(_ row: PostgresRow) throws {
        var reader = RowReader(row)
        id = try reader.id(AnalysisRunID.self)
        name = try reader.next()
        guard let analyst = try reader.word(AnalysisWay.Analyst.self), let plan = try reader.word(AnalysisWay.Plan.self)
        else { throw ReadModelIsForeign(what: "a run") }
        way = AnalysisWay(analyst, by: plan)
        from = try reader.next()
        to = try reader.next()
        agent = try reader.id(AgentID?.self)
        createdAt = try reader.next()
        finishedAt = try reader.next()
        calls = try reader.next()
        looked = try reader.next()
        passedOver = try reader.next()
    }
}

/// Whose looks count from a moment on, as somebody chose.
package struct AnalysisChoiceRow: Hashable, Sendable {
    package let number: Int64
    /// Nil is the usual look.
    package let run: AnalysisRunID?
    package let from: Timestamp
    package let chosenAt: Timestamp
    /// When all calls of before were changed over.
    package let finishedAt: Timestamp?
    package let changed: Int64

    static let columns: SQL = "number::bigint, run_id, starts_at, chosen_at, finished_at, changed"

    init(_ row: PostgresRow) throws {
        var reader = RowReader(row)
        number = try reader.next()
        run = try reader.id(AnalysisRunID?.self)
        from = try reader.next()
        chosenAt = try reader.next()
        finishedAt = try reader.next()
        changed = try reader.next()
    }
}
