package import Domain
import Postgres

/// What can be counted of calls, under the name that is asked for.
package enum FigureMeasure: String, Hashable, Sendable, CaseIterable {
    case calls
    case answered
    case answerRate = "answer_rate"
    case ended
    case failed
    case failureRate = "failure_rate"
    case judged
    case successful
    case successRate = "success_rate"
    case minutes
    case averageMinutes = "average_minutes"
    case turns
    case toolUses = "tool_uses"
    case interruptions
    case errors
    case fallbacks
    case rated
    case sentiment
    case positive
    case negative

    /// The number itself, or the two whose quotient it is.
    enum Form {
        case sum(KeyPath<CallMeasures, Int64>)
        case quotient(KeyPath<CallMeasures, Int64>, KeyPath<CallMeasures, Int64>, per: Double)
        case scaled(KeyPath<CallMeasures, Int64>, per: Double)
    }

    private static let minute = 60_000.0

    private var form: Form {
        switch self {
        case .calls: .sum(\.calls)
        case .answered: .sum(\.answered)
        case .answerRate: .quotient(\.answered, \.calls, per: 1)
        case .ended: .sum(\.ended)
        case .failed: .sum(\.failed)
        case .failureRate: .quotient(\.failed, \.ended, per: 1)
        case .judged: .sum(\.judged)
        case .successful: .sum(\.successful)
        case .successRate: .quotient(\.successful, \.judged, per: 1)
        case .minutes: .scaled(\.durationMS, per: Self.minute)
        case .averageMinutes: .quotient(\.durationMS, \.answered, per: Self.minute)
        case .turns: .sum(\.turns)
        case .toolUses: .sum(\.toolUses)
        case .interruptions: .sum(\.interruptions)
        case .errors: .sum(\.errors)
        case .fallbacks: .sum(\.fallbacks)
        case .rated: .sum(\.rated)
        case .sentiment: .quotient(\.sentimentMicros, \.rated, per: 1_000_000)
        case .positive: .sum(\.positive)
        case .negative: .sum(\.negative)
        }
    }

    package enum Value: Hashable, Sendable {
        case count(Int64)
        case number(Double)
        /// A share of nothing.
        case none
    }

    package func value(of measures: CallMeasures) -> Value {
        switch form {
        case .sum(let field): return .count(measures[keyPath: field])
        case .scaled(let field, let per): return .number(Double(measures[keyPath: field]) / per)
        case .quotient(let upper, let lower, let per):
            guard measures[keyPath: lower] > 0 else { return .none }
            return .number(Double(measures[keyPath: upper]) / Double(measures[keyPath: lower]) / per)
        }
    }

    /// Over the rows of a group, for their order.
    var expression: SQL {
        switch self {
        case .calls: "sum(calls)"
        case .answered: "sum(answered)"
        case .answerRate: "sum(answered)::float8 / nullif(sum(calls), 0)"
        case .ended: "sum(ended)"
        case .failed: "sum(failed)"
        case .failureRate: "sum(failed)::float8 / nullif(sum(ended), 0)"
        case .judged: "sum(judged)"
        case .successful: "sum(successful)"
        case .successRate: "sum(successful)::float8 / nullif(sum(judged), 0)"
        case .minutes: "sum(duration_ms)"
        case .averageMinutes: "sum(duration_ms)::float8 / nullif(sum(answered), 0)"
        case .turns: "sum(turns)"
        case .toolUses: "sum(tool_uses)"
        case .interruptions: "sum(interruptions)"
        case .errors: "sum(errors)"
        case .fallbacks: "sum(fallbacks)"
        case .rated: "sum(rated)"
        case .sentiment: "sum(sentiment_micros)::float8 / nullif(sum(rated), 0)"
        case .positive: "sum(positive)"
        case .negative: "sum(negative)"
        }
    }
}
