import HTTP
import Store
import Wire

/// The document of `POST /analytics/query`. Its words are looked up in lists, never put into a statement.
struct FigureQuery: BodyInput {
    static let measuresMax = 30

    static let example = JSONValue.object([
        ("measures", .array([.string("calls"), .string("success_rate"), .string("perceived_p95")])),
        ("dimensions", .array([.string("agent_id")])), ("granularity", .string("day")),
        ("zone", .string("Europe/Berlin")), ("from", .string("2026-08-01")), ("to", .string("2026-09-01")),
        (
            "filters",
            .array([
                .object([
                    ("field", .string("direction")), ("operator", .string("eq")), ("value", .string("inbound")),
                ])
            ])
        ),
        ("order", .array([.object([("by", .string("calls")), ("descending", .bool(true))])])),
        ("limit", .integer(100)),
    ])

    let measures: [QueryMeasure]
    let dimensions: [FigureDimension]
    let granularity: Granularity?
    let period: PeriodWish
    private let filters: [FigureFilter]
    private let order: [(by: FigureQuestion.Order, descends: Bool)]
    private let limit: Int

    init(_ body: inout BodyReader) {
        measures = body.list(
            "measures", QueryMeasure.all.map(\.name), in: 1...Self.measuresMax, isRequired: true
        ) { QueryMeasure.byName[$0] }
        dimensions = body.list(
            "dimensions", FigureDimension.allCases.map(\.rawValue), in: 0...FigureQuestion.dimensionsMax,
            isRequired: false
        ) { FigureDimension(rawValue: $0) }
        granularity = body.oneOf("granularity", Granularity.allCases.map(\.rawValue), isRequired: false)
            .flatMap { Granularity(rawValue: $0) }
        func edge(_ name: String) -> PeriodReader.Edge? {
            body.take(name, .string.described(PeriodWish.words), isRequired: false, PeriodWish.words) {
                $0.text.flatMap { PeriodWish.edge($0) }
            }
        }
        let (from, to) = (edge("from"), edge("to"))
        let zone = body.textOrNil("zone", in: 1...PeriodWish.zoneMax) ?? PeriodWish.zoneUsual
        period = PeriodWish(from: from, to: to, zone: zone, isBody: true)
        filters = body.objects("filters", of: QueryFilter.self, in: 0...FigureQuestion.filtersMax).compactMap(\.filter)
        let wishes = body.objects("order", of: QueryOrder.self, in: 0...QueryOrder.countMax)
        limit = body.number("limit", in: 1...FigureQuestion.rowsMax, else: FigureQuestion.rowsMax)
        var order: [(by: FigureQuestion.Order, descends: Bool)] = []
        for (index, wish) in wishes.enumerated() {
            guard let by = wish.by else { continue }
            if case .dimension(let dimension) = by, !dimensions.contains(dimension) {
                body.fault("order", "orders by \(dimension.rawValue), which is none of the dimensions (entry \(index))")
            }
            order.append((by, wish.descends))
        }
        self.order = order
    }

    func question(in period: FigurePeriod) -> FigureQuestion {
        let parts = measures.reduce(into: FigureQuestion.Parts()) { $0.formUnion($1.parts) }
        var question = FigureQuestion(period, by: dimensions, where: filters, parts: parts)
        question.order = order
        question.limit = limit
        return question
    }
}

/// What calls have to be like.
struct QueryFilter: BodyInput {
    enum Operation: String, CaseIterable, Sendable { case eq, ne, among = "in", notAmong = "not_in", present }

    static let example = JSONValue.object([
        ("field", .string("direction")), ("operator", .string("eq")), ("value", .string("inbound")),
    ])

    let filter: FigureFilter?

    init(_ body: inout BodyReader) {
        let field = body.oneOf("field", FigureDimension.allCases.map(\.rawValue), isRequired: true)
            .flatMap { FigureDimension(rawValue: $0) }
        let operation = body.word("operator", else: Operation.eq)
        let words = "a text, a whole number, true or false, or a list of 1 to \(FigureFilter.valuesMax) such"
        let given = body.take("value", .anything.described(words), isRequired: true, words) { Self.texts($0) }
        guard let field, let given else {
            filter = nil
            return
        }
        filter = Self.filter(field, operation, given, &body)
    }

    private static func filter(
        _ field: FigureDimension, _ operation: Operation, _ texts: [String], _ body: inout BodyReader
    ) -> FigureFilter? {
        if operation == .present {
            guard texts == ["true"] || texts == ["false"] else {
                body.fault("value", "is true or false")
                return nil
            }
            return FigureFilter(field, .known(texts == ["true"]))
        }
        let isMany = operation == .among || operation == .notAmong
        let values = texts.compactMap { field.value($0) }
        guard values.count == texts.count, isMany || values.count == 1 else {
            body.fault("value", isMany ? "is a list of values, each \(field.expected)" : "is \(field.expected)")
            return nil
        }
        return FigureFilter(field, operation == .eq || operation == .among ? .among(values) : .notAmong(values))
    }

    private static func texts(_ value: JSONValue) -> [String]? {
        guard case .array(let values) = value else { return text(value).map { [$0] } }
        let texts = values.compactMap(text)
        return texts.count == values.count && (1...FigureFilter.valuesMax).contains(texts.count) ? texts : nil
    }

    private static func text(_ value: JSONValue) -> String? {
        if case .bool(let flag) = value { return flag ? "true" : "false" }
        return value.text ?? value.wholeNumber.map(String.init)
    }
}

/// What comes first.
struct QueryOrder: BodyInput {
    static let countMax = 3
    static let time = "time"

    static let example = JSONValue.object([("by", .string("calls")), ("descending", .bool(true))])

    let by: FigureQuestion.Order?
    let descends: Bool

    /// Percentiles and costs are no order: they are only reckoned of the rows that are told.
    private static let words: [String] =
        [time] + FigureDimension.allCases.map(\.rawValue) + FigureMeasure.allCases.map(\.rawValue)

    init(_ body: inout BodyReader) {
        let word = body.oneOf("by", Self.words, isRequired: true)
        descends = body.flag("descending", else: false)
        by =
            if let word, let dimension = FigureDimension(rawValue: word) {
                .dimension(dimension)
            } else if let word, let measure = FigureMeasure(rawValue: word) {
                .measure(measure)
            } else {
                word.map { _ in .time }
            }
    }
}

extension BodyReader {
    /// A word out of a list.
    fileprivate mutating func oneOf(_ name: String, _ words: [String], isRequired: Bool) -> String? {
        take(name, .oneOf(words), isRequired: isRequired, "one of \(words.joined(separator: ", "))") { value in
            value.text.flatMap { words.contains($0) ? $0 : nil }
        }
    }

    /// Words out of a list, each once.
    fileprivate mutating func list<Value: Hashable>(
        _ name: String, _ words: [String], in counts: ClosedRange<Int>, isRequired: Bool, _ read: (String) -> Value?
    ) -> [Value] {
        let expected =
            "a list of \(counts.lowerBound) to \(counts.upperBound) different words out of \(words.joined(separator: ", "))"
        return take(name, .array(of: .oneOf(words)), isRequired: isRequired, expected) { value -> [Value]? in
            guard case .array(let values) = value, counts.contains(values.count) else { return nil }
            let found = values.compactMap { $0.text.flatMap(read) }
            return found.count == values.count && Set(found).count == found.count ? found : nil
        } ?? []
    }
}
