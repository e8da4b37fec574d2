import Domain
import HTTP
import Store
import Wire

/// How figures are written.
enum AnalyticsShapes {
    /// A row, and what it was asked by.
    struct Told: Sendable {
        let row: FigureRow
        let question: FigureQuestion

        var measures: CallMeasures { row.measures }
    }

    struct AsOf: Sendable {
        let watermark: Watermark
        let cursor: String
    }

    static let components = [
        calls.component, latency.component, sentiment.component, costs.component, overview.component, asOf.component,
        pattern.component,
    ]

    static let asOf = JSONShape<AsOf>(
        "AsOf",
        [
            .text("cursor", "AbC…") { $0.cursor },
            .time("time") { $0.watermark.time },
            .number("lag_ms", 0) { Int64($0.watermark.lag / .milliseconds(1)) },
            .number("parked_calls", 0) { $0.watermark.parkedCalls },
        ])

    // MARK: - Parts

    private static let latencyOfStage = JSONShape<FigureRow.Latency>(
        "StageLatency",
        [
            .number("turns", 480) { $0.turns }, .number("p50", 620) { $0.p50 }, .number("p90", 910) { $0.p90 },
            .number("p95", 1_100) { $0.p95 }, .number("p99", 1_500) { $0.p99 },
        ])

    private static let latencies = JSONShape<FigureRow>(
        "Latencies",
        LatencyStage.allCases.map { stage in .objectOrNull(stage.name, latencyOfStage) { $0.latencies[stage] } })

    private static let moods = JSONShape<FigureRow>(
        "Moods",
        Sentiment.allCases.map { mood in .number(mood.rawValue, 12) { $0.moods[mood] ?? 0 } })

    static let cost = JSONShape<FigureRow.Cost>(
        "Cost",
        [
            .text("currency", "USD") { $0.currency },
            .number("settled_calls", 118) { $0.measures.settled },
            .number("stt_micros", 300_000) { $0.measures.hearingMicros },
            .number("llm_micros", 900_000) { $0.measures.thinkingMicros },
            .number("tts_micros", 700_000) { $0.measures.voiceMicros },
            .number("telephony_micros", 400_000) { $0.measures.telephonyMicros },
            .number("analysis_micros", 50_000) { $0.measures.analysisMicros },
            .number("total_micros", 2_350_000) { $0.total },
        ])

    private static func measure(_ measure: FigureMeasure) -> JSONShape<Told>.Member {
        let isCount = if case .count = measure.value(of: CallMeasures()) { true } else { false }
        let schema: Schema = isCount ? .integer : Schema.number.orNull
        return .init(name: measure.rawValue, schema: schema, example: isCount ? .integer(120) : .double(0.5)) {
            told, json in
            write(measure.value(of: told.measures), to: &json)
        }
    }

    static func write(_ value: FigureMeasure.Value, to json: inout JSONWriter) {
        switch value {
        case .count(let count): json.integer(count)
        case .number(let number): json.double(number)
        case .none: json.null()
        }
    }

    // MARK: - Groups

    private static let group = JSONShape<Told>.Member(
        name: "group", schema: .object(), example: .object([("local", .string("2026-08-01"))])
    ) { told, json in
        json.beginObject()
        writeGroup(told, to: &json)
        json.endObject()
    }

    /// When it was, where time was cut, and whatever else calls were kept apart by.
    static func writeGroup(_ told: Told, to json: inout JSONWriter) {
        let part = told.question.period.parts[told.row.part]
        if let local = part.local {
            json.name("from")
            json.string(part.from.description)
            json.name("to")
            json.string(part.to.description)
            json.name("local")
            json.string(local)
        }
        for (dimension, value) in zip(told.question.dimensions, told.row.values) {
            json.name(dimension.rawValue)
            guard let value else {
                json.null()
                continue
            }
            if case .number = dimension.kind, let number = Int64(value) {
                json.integer(number)
            } else {
                json.string(value)
            }
        }
    }

    // MARK: - Answers

    private static let counts = FigureMeasure.allCases.map(measure)
    private static let latencyMember = JSONShape<Told>.Member.object("latency_ms", latencies) { $0.row }
    private static let costsMember = JSONShape<Told>.Member.objects("costs", cost) { $0.row.costs }
    private static let moodsMember = JSONShape<Told>.Member.object("turn_moods", moods) { $0.row }

    static let calls = JSONShape<Told>("CallFigures", [group] + counts + [latencyMember, costsMember, moodsMember])
    static let latency = JSONShape<Told>("LatencyFigures", [group, measure(.calls), measure(.turns), latencyMember])
    static let sentiment = JSONShape<Told>(
        "SentimentFigures",
        [group] + [.calls, .rated, .sentiment, .positive, .negative].map(measure) + [moodsMember])
    static let costs = JSONShape<Told>(
        "CostFigures", [group] + [.calls, .minutes].map(measure) + [costsMember])

    struct Overview: Sendable {
        let told: Told
        let live: CallsNow
        let asOf: AsOf
    }

    private static let live = JSONShape<CallsNow>(
        "CallsNow",
        [
            .number("queued", 0) { $0.queued }, .number("ringing", 1) { $0.ringing },
            .number("in_progress", 3) { $0.inProgress }, .number("transferring", 0) { $0.transferring },
        ])
    private static let total = JSONShape<Told>("CallTotals", counts + [latencyMember, costsMember, moodsMember])

    static let overview = JSONShape<Overview>(
        "Overview",
        [
            .time("from") { $0.told.question.period.from },
            .time("to") { $0.told.question.period.to },
            .text("zone", PeriodWish.zoneUsual) { $0.told.question.period.zone },
            .object("live", live) { $0.live },
            .object("calls", total) { $0.told },
            .object("as_of", asOf) { $0.asOf },
        ])

    static let pattern = JSONShape<PatternFigures>(
        "PatternFigures",
        [
            .text("pattern_type", "objection_handling") { $0.kind },
            .number("learned", 3) { $0.learned }, .number("reinforced", 12) { $0.reinforced },
            .number("retired", 1) { $0.retired }, .number("alive", 9) { $0.alive }, .number("uses", 40) { $0.uses },
            .fractionOrNull("success_rate", 0.8) { $0.successRate },
            .number("offered", 25) { $0.offered }, .number("judged", 20) { $0.judged },
            .number("helped", 17) { $0.helped },
        ])
}
