import Crypto
import Domain
import Store
import Wire

/// Counts calls one by one, as nobody would who has many.
struct Recount {
    struct Group: Hashable {
        let label: String?
        let values: [String?]
    }

    struct Sums: Equatable {
        var counts: [FigureMeasure: Int64] = [:]
        var sentiment: Int64 = 0
        var milliseconds: Int64 = 0
        var costs: [String: [Int64]] = [:]
        var moods: [Sentiment: Int64] = [:]
        var spans: [LatencyStage: [Int64]] = [:]
    }

    let calls: [CallState]
    /// Where each belongs in time.
    let labels: [String?]
    let segments: [CustomerID: String]

    func groups(_ question: FigureQuestion) -> [Group: Sums] {
        var groups: [Group: Sums] = [:]
        let (from, to) = (question.period.from.microseconds, question.period.to.microseconds)
        for (call, label) in zip(calls, labels) {
            guard from <= call.startedAt.microseconds, call.startedAt.microseconds < to,
                question.filters.allSatisfy({ passes($0, call) })
            else { continue }
            let group = Group(label: label, values: question.dimensions.map { value($0, call) })
            groups[group, default: Sums()].add(call, question.parts)
        }
        return groups
    }

    private func passes(_ filter: FigureFilter, _ call: CallState) -> Bool {
        let value = value(filter.dimension, call)
        return switch filter.test {
        case .among(let values): value.map(values.contains) ?? false
        case .notAmong(let values): !(value.map(values.contains) ?? false)
        case .known(let isKnown): (value != nil) == isKnown
        }
    }

    private func value(_ dimension: FigureDimension, _ call: CallState) -> String? {
        let origin = call.origin?.value
        return switch dimension {
        case .agent: origin?.agent?.description
        case .agentVersion: origin?.agentVersion.map { "\($0)" }
        case .direction: origin?.direction.rawValue
        case .reason: call.end?.value.reason.rawValue
        case .faultOwner: call.end?.value.faultOwner.rawValue
        case .status: call.status.rawValue
        case .answeredBy: call.answer?.value?.rawValue
        case .carrier: call.leg.map(\.value.carrier)
        case .customer: origin?.customer?.description
        case .campaign: origin?.campaign?.description
        case .segment: origin?.customer.flatMap { segments[$0] }
        }
    }
}

extension Recount.Sums {
    fileprivate mutating func add(_ call: CallState, _ parts: FigureQuestion.Parts) {
        func count(_ measure: FigureMeasure, _ number: Int) { counts[measure, default: 0] += Int64(number) }
        let end = call.end?.value
        count(.calls, 1)
        count(.answered, call.answeredAt == nil ? 0 : 1)
        count(.ended, end == nil ? 0 : 1)
        let isWanted = [.agentHungUp, .transferred, .stopped].contains(end?.reason)
        let owner = end?.faultOwner
        count(.failed, owner == .carrier || owner == .provider || owner == .us && !isWanted ? 1 : 0)
        let findings = call.findings?.value
        count(.judged, findings?.success == nil ? 0 : 1)
        count(.successful, findings?.success == true ? 1 : 0)
        let score = findings?.sentiment.map { Int64(($0.value * 1e6).rounded(.toNearestOrEven)) }
        count(.rated, score == nil ? 0 : 1)
        count(.positive, (score ?? 0) >= 250_000 ? 1 : 0)
        count(.negative, (score ?? 0) <= -250_000 ? 1 : 0)
        sentiment += score ?? 0
        milliseconds += min(max(call.duration?.count ?? 0, 0), 31 * 86_400_000)
        count(.turns, call.turns.count)
        count(.toolUses, call.toolUses.count)
        count(.interruptions, call.segments.values.count { $0.speaker == .agent && $0.isInterrupted == true })
        count(.errors, call.errorCount)
        count(.fallbacks, call.fallbackCount)
        if parts.contains(.costs), let settled = call.bill {
            let micros = [settled.transcription, settled.model, settled.voice, settled.telephony, settled.analysis]
            let new = [1] + micros.map { min(max($0 ?? 0, 0), 1_000_000_000_000) }
            costs[settled.currency] = zip(costs[settled.currency] ?? Array(repeating: 0, count: 6), new).map(+)
        }
        for turn in call.turns.values {
            if parts.contains(.moods), let mood = turn.sentiment?.label { moods[mood, default: 0] += 1 }
            guard parts.contains(.latencies) else { continue }
            for stage in LatencyStage.allCases {
                if let span = turn.latency(of: stage) { spans[stage, default: []].append(max(0, span.count)) }
            }
        }
    }

    /// What the reader told, in the same terms, but for percentiles.
    init(_ row: FigureRow) {
        for measure in FigureMeasure.allCases {
            if case .count(let count) = measure.value(of: row.measures) { counts[measure] = count }
        }
        sentiment = row.measures.sentimentMicros
        milliseconds = row.measures.durationMS
        for cost in row.costs {
            let costed = cost.measures
            costs[cost.currency] = [
                costed.settled, costed.hearingMicros, costed.thinkingMicros, costed.voiceMicros,
                costed.telephonyMicros, costed.analysisMicros,
            ]
        }
        moods = row.moods
    }

    /// Without what is told of latencies.
    var counted: Self {
        var sums = self
        sums.spans = [:]
        return sums
    }

    static func += (left: inout Self, right: Self) {
        left.counts.merge(right.counts, uniquingKeysWith: +)
        left.sentiment += right.sentiment
        left.milliseconds += right.milliseconds
        left.moods.merge(right.moods, uniquingKeysWith: +)
        left.costs.merge(right.costs) { zip($0, $1).map(+) }
    }
}
