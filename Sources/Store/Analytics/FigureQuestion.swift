/// What somebody wants to know of an organization's calls: those that started in a stretch of time, kept apart and chosen by
/// dimensions.
package struct FigureQuestion: Sendable {
    package struct Parts: OptionSet, Sendable {
        package let rawValue: Int
        package init(rawValue: Int) { self.rawValue = rawValue }

        package static let costs = Parts(rawValue: 1)
        package static let latencies = Parts(rawValue: 2)
        package static let moods = Parts(rawValue: 4)
    }

    package enum Order: Hashable, Sendable {
        case time
        case dimension(FigureDimension)
        case measure(FigureMeasure)
    }

    /// How many stretches of time, and how many rows in all, one answer holds.
    package static let bucketsMax = 1_000
    package static let rowsMax = 1_000
    package static let dimensionsMax = 3
    package static let filtersMax = 10

    package var period: FigurePeriod
    package var dimensions: [FigureDimension]
    package var filters: [FigureFilter]
    package var parts: Parts
    package var order: [(by: Order, descends: Bool)] = []
    package var limit = rowsMax

    package init(
        _ period: FigurePeriod, by dimensions: [FigureDimension] = [], where filters: [FigureFilter] = [], parts: Parts
    ) {
        self.period = period
        self.dimensions = dimensions
        self.filters = filters
        self.parts = parts
    }
}
