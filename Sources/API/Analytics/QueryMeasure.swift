import Domain
import HTTP
import Store
import Wire

/// What a query may ask for, by its name: a measure, a percentile of a stage such as `perceived_p95`, or `costs`.
enum QueryMeasure: Hashable, Sendable {
    case count(FigureMeasure)
    case latency(LatencyStage, Percentile)
    case mood(Sentiment)
    case costs

    enum Percentile: String, Hashable, Sendable, CaseIterable { case p50, p90, p95, p99 }

    static let all: [QueryMeasure] =
        FigureMeasure.allCases.map { .count($0) }
        + LatencyStage.allCases.flatMap { stage in Percentile.allCases.map { .latency(stage, $0) } }
        + Sentiment.allCases.map { .mood($0) } + [.costs]

    static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    var name: String {
        switch self {
        case .count(let measure): measure.rawValue
        case .latency(let stage, let percentile): "\(stage.name)_\(percentile.rawValue)"
        case .mood(let mood): "\(mood.rawValue)_turns"
        case .costs: "costs"
        }
    }

    var parts: FigureQuestion.Parts {
        switch self {
        case .count: []
        case .latency: .latencies
        case .mood: .moods
        case .costs: .costs
        }
    }

    func write(_ told: AnalyticsShapes.Told, to json: inout JSONWriter) {
        json.name(name)
        switch self {
        case .count(let measure): AnalyticsShapes.write(measure.value(of: told.measures), to: &json)
        case .latency(let stage, let percentile):
            guard let latency = told.row.latencies[stage] else { return json.null() }
            switch percentile {
            case .p50: json.integer(latency.p50)
            case .p90: json.integer(latency.p90)
            case .p95: json.integer(latency.p95)
            case .p99: json.integer(latency.p99)
            }
        case .mood(let mood): json.integer(told.row.moods[mood] ?? 0)
        case .costs:
            json.beginArray()
            for cost in told.row.costs { AnalyticsShapes.cost.write(cost, to: &json) }
            json.endArray()
        }
    }
}
