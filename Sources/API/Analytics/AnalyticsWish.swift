import HTTP
import Store
import Wire

/// What the query of an analytics route may say.
struct AnalyticsWish: Sendable {
    enum Grouping: String, CaseIterable, Sendable {
        case none, hour, day, week, month, agent, version, direction, reason = "ended_reason", segment

        var granularity: Granularity? { Granularity(rawValue: rawValue) }

        var dimensions: [FigureDimension] {
            switch self {
            case .none, .hour, .day, .week, .month: []
            case .agent: [.agent]
            case .version: [.agent, .agentVersion]
            case .direction: [.direction]
            case .reason: [.reason]
            case .segment: [.segment]
            }
        }
    }

    private static let filtered: [FigureDimension] = [.agent, .agentVersion, .direction, .reason, .customer, .segment]

    static let time: [QueryItem] = [
        .text("from", "Calls that started at this time or later: \(PeriodWish.words). The last 30 days if not said."),
        .text("to", "Calls that started before this; now if not said."),
        .text("zone", "The IANA zone that days are told in; \(PeriodWish.zoneUsual) if not said."),
    ]
    static let filters: [QueryItem] = filtered.map {
        .text($0.rawValue, "Only calls of these, with commas in between: each \($0.expected).")
    }
    static let grouping = QueryItem.text(
        "group_by", "One of \(Grouping.allCases.map(\.rawValue).joined(separator: ", ")); day if not said.")
    static let limit = QueryItem.number(
        "limit", 1...FigureQuestion.rowsMax, "How many groups at most; \(FigureQuestion.rowsMax) if not said.")

    static func period(_ wish: Wish) throws(Problem) -> PeriodWish {
        func edge(_ name: String) throws(Problem) -> PeriodReader.Edge? {
            guard let text = wish.text(name) else { return nil }
            guard let edge = PeriodWish.edge(text) else { throw Problems.parameter(name, "is \(PeriodWish.words)") }
            return edge
        }
        return PeriodWish(
            from: try edge("from"), to: try edge("to"), zone: wish.text("zone") ?? PeriodWish.zoneUsual, isBody: false)
    }

    static func filters(_ wish: Wish) throws(Problem) -> [FigureFilter] {
        var filters: [FigureFilter] = []
        for dimension in filtered {
            guard let text = wish.text(dimension.rawValue) else { continue }
            let texts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            let values = texts.compactMap { dimension.value($0) }
            guard values.count == texts.count, values.count <= FigureFilter.valuesMax else {
                throw Problems.parameter(
                    dimension.rawValue, "takes 1 to \(FigureFilter.valuesMax) values, each \(dimension.expected)")
            }
            filters.append(FigureFilter(dimension, .among(values)))
        }
        return filters
    }

    static func grouping(_ wish: Wish) throws(Problem) -> Grouping {
        guard let text = wish.text("group_by") else { return .day }
        guard let grouping = Grouping(rawValue: text) else {
            throw Problems.parameter(
                "group_by", "is one of \(Grouping.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return grouping
    }
}
