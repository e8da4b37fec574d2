/// How calls are looked at once more.
package struct AnalysisWay: Hashable, Sendable {
    package enum Analyst: String, Hashable, Sendable, CaseIterable {
        /// Whoever looks at calls here: a model, or our rules.
        case configured
        case rules
    }

    /// Whose criteria, matters and fields go.
    package enum Plan: String, Hashable, Sendable, CaseIterable {
        /// Those of the version that was speaking.
        case asCalled = "as_called"
        /// Those of the version that calls run on now.
        case published
    }

    package let analyst: Analyst
    package let plan: Plan

    package init(_ analyst: Analyst, by plan: Plan) { (self.analyst, self.plan) = (analyst, plan) }
}
