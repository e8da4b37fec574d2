/// The labels of one series. Values come from closed sets (routes, methods, outcomes), never from callers.
package struct MetricLabels: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    let names: [String]
    let values: [String]

    package static let none = MetricLabels(names: [], values: [])

    init(names: [String], values: [String]) {
        precondition(names.count == values.count, "\(names.count) labels, but \(values.count) values")
        precondition(names.allSatisfy(MetricName.isLabel) && Set(names).count == names.count, "bad label in \(names)")
        self.names = names
        self.values = values
    }

    package init(dictionaryLiteral pairs: (String, String)...) {
        self.init(names: pairs.map(\.0), values: pairs.map(\.1))
    }
}
