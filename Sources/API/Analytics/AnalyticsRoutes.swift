import Domain
import HTTP
import Store
import Wire

/// What an organization's calls come to.
enum AnalyticsRoutes {
    static let all: [APIRoute] = [overview, calls, latency, sentiment, costs, patterns, query]

    private static let tag = "Analytics"
    private static let freshness = """
        `as_of` says how much of the log is counted: everything up to `cursor`, and so everything recorded before `time`. A call \
        belongs where it started.
        """

    private static let overview = APIRoute.get(
        "/analytics/overview", needs: .analyticsRead,
        RouteWords(
            "get_overview", "All of it in one answer", tag: tag, description: freshness,
            query: AnalyticsWish.time + AnalyticsWish.filters,
            answers: .one(.ok, "The figures", AnalyticsShapes.overview))
    ) { visit in
        let desk = try visit.analytics.desk(for: visit)
        let filters = try AnalyticsWish.filters(visit.wish)
        let period = try await desk.period(try AnalyticsWish.period(visit.wish), by: nil)
        let question = FigureQuestion(period, where: filters, parts: [.costs, .latencies, .moods])
        let asOf = asOf(try await desk.watermark(), visit)
        let row = try await desk.answer(question).rows.first
        let told = AnalyticsShapes.Told(
            row: row ?? FigureRow(part: 0, values: [], measures: CallMeasures()), question: question)
        let live = try await CallsNow.read(desk.database)
        return .one(AnalyticsShapes.Overview(told: told, live: live, asOf: asOf), AnalyticsShapes.overview)
    }

    private static let calls = list(
        "calls", "Calls, kept apart by time or by what they have in common", AnalyticsShapes.calls,
        [.costs, .latencies, .moods])
    private static let latency = list(
        "latency", "How long callers waited, stage by stage", AnalyticsShapes.latency, [.latencies],
        "Percentiles are the nearest rank, and off by 1/32 at most; below 32 ms they are exact. ")
    private static let sentiment = list(
        "sentiment", "How callers felt", AnalyticsShapes.sentiment, [.moods])
    private static let costs = list(
        "costs", "What calls cost, in each currency", AnalyticsShapes.costs, [.costs])

    private static func list(
        _ name: String, _ summary: String, _ shape: JSONShape<AnalyticsShapes.Told>, _ parts: FigureQuestion.Parts,
        _ words: String = ""
    ) -> APIRoute {
        APIRoute.get(
            "/analytics/\(name)", needs: .analyticsRead,
            RouteWords(
                "get_\(name)_figures", summary, tag: tag, description: words + freshness,
                query: AnalyticsWish.time + [AnalyticsWish.grouping] + AnalyticsWish.filters + [AnalyticsWish.limit],
                answers: .init(
                    .ok, "The groups that have calls", schema(shape.reference), example: example(shape.example)))
        ) { visit in
            let desk = try visit.analytics.desk(for: visit)
            let filters = try AnalyticsWish.filters(visit.wish)
            let grouping = try AnalyticsWish.grouping(visit.wish)
            let period = try await desk.period(try AnalyticsWish.period(visit.wish), by: grouping.granularity)
            var question = FigureQuestion(period, by: grouping.dimensions, where: filters, parts: parts)
            question.limit = visit.wish.number("limit") ?? FigureQuestion.rowsMax
            // Groups that are no time stand with the largest first.
            if grouping.granularity == nil { question.order = [(.measure(.calls), true)] }
            return try await answer(question, desk, visit) { shape.write($0, to: &$1) }
        }
    }

    private static let query = APIRoute.post(
        "/analytics/query", needs: .analyticsRead,
        RouteWords(
            "query_figures", "Figures as a document asks for them", tag: tag,
            description: "Each row has the dimensions and measures that were named, by their names. " + freshness,
            answers: .init(
                .ok, "The groups that have calls", schema(.object()),
                example: example(.object([("agent_id", .string(Examples.id)), ("calls", .integer(120))])))),
        taking: FigureQuery.self
    ) { (visit: Visit, input: FigureQuery) in
        let desk = try visit.analytics.desk(for: visit)
        let period = try await desk.period(input.period, by: input.granularity)
        return try await answer(input.question(in: period), desk, visit) { told, json in
            json.beginObject()
            AnalyticsShapes.writeGroup(told, to: &json)
            for measure in input.measures { measure.write(told, to: &json) }
            json.endObject()
        }
    }

    private static let patterns = APIRoute.get(
        "/analytics/patterns", needs: .analyticsRead,
        RouteWords(
            "get_pattern_figures", "What was learned, by the kind of pattern", tag: tag, query: AnalyticsWish.time,
            answers: .init(
                .ok, "Kinds that there are", schema(AnalyticsShapes.pattern.reference),
                example: example(AnalyticsShapes.pattern.example)))
    ) { visit in
        let desk = try visit.analytics.desk(for: visit)
        let period = try await desk.period(try AnalyticsWish.period(visit.wish), by: nil)
        let asOf = asOf(try await desk.watermark(), visit)
        let figures = try await desk.telling {
            try await PatternFigures.read(from: period.from, to: period.to, desk.database)
        }
        return wrapped(period, hasMore: false, asOf) { json in
            for figure in figures { AnalyticsShapes.pattern.write(figure, to: &json) }
        }
    }

    // MARK: - What all of them do

    private static func answer(
        _ question: FigureQuestion, _ desk: AnalyticsDesk, _ visit: Visit,
        write: (AnalyticsShapes.Told, inout JSONWriter) -> Void
    ) async throws -> Answer {
        let asOf = asOf(try await desk.watermark(), visit)
        let answer = try await desk.answer(question)
        return wrapped(question.period, hasMore: answer.hasMore, asOf) { json in
            for row in answer.rows { write(AnalyticsShapes.Told(row: row, question: question), &json) }
        }
    }

    private static func asOf(_ watermark: Watermark, _ visit: Visit) -> AnalyticsShapes.AsOf {
        let log = TailReader(visit.database).log
        return AnalyticsShapes.AsOf(
            watermark: watermark, cursor: visit.tail.cursor(watermark.place, of: visit.identity.organization, log))
    }

    private static func wrapped(
        _ period: FigurePeriod, hasMore: Bool, _ asOf: AnalyticsShapes.AsOf, _ rows: (inout JSONWriter) -> Void
    ) -> Answer {
        .json { json in
            json.beginObject()
            json.name("data")
            json.beginArray()
            rows(&json)
            json.endArray()
            json.name("has_more")
            json.bool(hasMore)
            for (name, moment) in [("from", period.from), ("to", period.to)] {
                json.name(name)
                json.string(moment.description)
            }
            json.name("zone")
            json.string(period.zone)
            json.name("as_of")
            AnalyticsShapes.asOf.write(asOf, to: &json)
            json.endObject()
        }
    }

    private static func schema(_ row: Schema) -> Schema {
        .object(
            .required("data", .array(of: row)), .required("has_more", .boolean),
            .required("from", .string(format: "date-time")), .required("to", .string(format: "date-time")),
            .required("zone", .string), .required("as_of", AnalyticsShapes.asOf.reference))
    }

    private static func example(_ row: JSONValue) -> JSONValue {
        .object([
            ("data", .array([row])), ("has_more", .bool(false)), ("from", .string(Examples.time)),
            ("to", .string(Examples.time)), ("zone", .string(PeriodWish.zoneUsual)),
            ("as_of", AnalyticsShapes.asOf.example),
        ])
    }
}
