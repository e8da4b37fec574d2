import Domain
import HTTP
import Store
import Wire

/// Calls that somebody wants to be looked at again.
struct AnalysisRunInput: BodyInput {
    static let example = JSONValue.object([
        ("name", .string("With the new criteria")), ("plan", .string(AnalysisWay.Plan.published.rawValue)),
        ("from", .string("2026-07-01T00:00:00Z")), ("to", .string("2026-08-01T00:00:00Z")),
    ])

    let wish: AnalysisRunWish

    init(_ body: inout BodyReader) {
        let name = body.text("name", in: AnalysisRunDesk.nameLength)
        let analyst = body.word("analyst", else: AnalysisWay.Analyst.configured)
        let plan = body.word("plan", else: AnalysisWay.Plan.asCalled)
        let from = body.time("from", isRequired: true)
        let to = body.time("to", isRequired: true)
        let agent = body.idOrNil("agent_id").map { AgentID($0) }
        if let from, let to, from >= to { body.fault("from", "lies before `to`") }
        wish = AnalysisRunWish(
            name: name, way: AnalysisWay(analyst, by: plan), from: from ?? .epoch, to: to ?? .epoch, agent: agent)
    }
}

/// Whose looks are to count.
struct AnalysisChoiceInput: BodyInput {
    static let example = JSONValue.object([
        ("run_id", .string(Examples.id)), ("from", .string("2026-07-01T00:00:00Z")),
    ])

    let run: AnalysisRunID?
    let from: Timestamp

    init(_ body: inout BodyReader) {
        run = body.idOrNil("run_id").map { AnalysisRunID($0) }
        if !body.gives("run_id"), !body.clears("run_id") {
            body.fault("run_id", "is missing: null is the usual look")
        }
        from = body.time("from", isRequired: false) ?? .epoch
    }
}

extension BodyReader {
    fileprivate mutating func time(_ name: String, isRequired: Bool) -> Timestamp? {
        take(name, .string(format: "date-time"), isRequired: isRequired, "a time such as \(Examples.time)") {
            $0.text.flatMap { Timestamp($0) }
        }
    }
}

extension Timestamp {
    fileprivate static let epoch = Timestamp(microseconds: 0)
}
