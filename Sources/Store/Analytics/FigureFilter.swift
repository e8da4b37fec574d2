import Postgres

/// Which calls are counted: those whose dimension has one of these values, or none of them, or is known at all.
package struct FigureFilter: Hashable, Sendable {
    package enum Test: Hashable, Sendable {
        case among([String])
        /// What is not known is none of them.
        case notAmong([String])
        case known(Bool)
    }

    /// How many values one filter takes.
    package static let valuesMax = 100

    package let dimension: FigureDimension
    package let test: Test

    package init(_ dimension: FigureDimension, _ test: Test) {
        self.dimension = dimension
        self.test = test
    }

    func condition(on expression: SQL) -> SQL {
        switch test {
        case .among(let values): "\(expression) = ANY (\(values))"
        case .notAmong(let values): "\(expression) <> ALL (\(values))"
        case .known(true): "\(expression) <> ''"
        case .known(false): "\(expression) = ''"
        }
    }
}
