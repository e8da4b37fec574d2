/// What a call adds to each sum that it is part of. Whole numbers only: sums of them don't depend on the order.
package struct CallMeasures: Hashable, Sendable {
    package var calls: Int64 = 0
    package var answered: Int64 = 0
    package var ended: Int64 = 0
    /// Put down to the carrier, a provider or us.
    package var failed: Int64 = 0
    /// Those of which the analysis said whether they came to what they were for, and those that did.
    package var judged: Int64 = 0
    package var successful: Int64 = 0
    /// Those whose sentiment is known, its sum in millionths, and how many of them lie beyond `moodMin` on either side.
    package var rated: Int64 = 0
    package var sentimentMicros: Int64 = 0
    package var positive: Int64 = 0
    package var negative: Int64 = 0
    package var durationMS: Int64 = 0
    package var turns: Int64 = 0
    package var toolUses: Int64 = 0
    package var interruptions: Int64 = 0
    package var errors: Int64 = 0
    package var fallbacks: Int64 = 0
    /// Those whose costs are known. These and all that follow stand apart, under their currency.
    package var settled: Int64 = 0
    package var hearingMicros: Int64 = 0
    package var thinkingMicros: Int64 = 0
    package var voiceMicros: Int64 = 0
    package var telephonyMicros: Int64 = 0
    package var analysisMicros: Int64 = 0

    package init() {}

    /// From here on a call is in a good or a bad mood.
    package static let moodMin: Int64 = 250_000
    /// What one call may cost of one kind: a million of the currency. Absurd numbers must not make a sum overflow.
    package static let costMax: Int64 = 1_000_000_000_000

    package typealias Field = any WritableKeyPath<CallMeasures, Int64> & Sendable

    package static let fields: [Field] = [
        \.calls, \.answered, \.ended, \.failed, \.judged, \.successful, \.rated, \.sentimentMicros, \.positive,
        \.negative, \.durationMS, \.turns, \.toolUses, \.interruptions, \.errors, \.fallbacks, \.settled,
        \.hearingMicros, \.thinkingMicros, \.voiceMicros, \.telephonyMicros, \.analysisMicros,
    ]

    package static func += (left: inout CallMeasures, right: CallMeasures) {
        for field in fields { left[keyPath: field] += right[keyPath: field] }
    }

    package static func -= (left: inout CallMeasures, right: CallMeasures) {
        for field in fields { left[keyPath: field] -= right[keyPath: field] }
    }

    package var isZero: Bool { self == CallMeasures() }
}

extension CallMeasures {
    /// Everything but the costs.
    package init(counting call: CallState) {
        let totals = CallTotals(call)
        calls = 1
        (answered, ended, failed) = (totals.answered, totals.ended, totals.failed)
        if let success = call.findings?.value.success {
            judged = 1
            successful = success ? 1 : 0
        }
        if let score = call.findings?.value.sentiment {
            rated = 1
            sentimentMicros = Int64((score.value * 1_000_000).rounded(.toNearestOrEven))
            positive = sentimentMicros >= Self.moodMin ? 1 : 0
            negative = sentimentMicros <= -Self.moodMin ? 1 : 0
        }
        durationMS = totals.durationMS
        (turns, toolUses, interruptions) = (totals.turns, totals.toolUses, totals.interruptions)
        (errors, fallbacks) = (totals.errors, totals.fallbacks)
    }

    package init(costs: CallSettled) {
        func bounded(_ micros: Int64?) -> Int64 { min(max(micros ?? 0, 0), Self.costMax) }
        settled = 1
        hearingMicros = bounded(costs.transcription)
        thinkingMicros = bounded(costs.model)
        voiceMicros = bounded(costs.voice)
        telephonyMicros = bounded(costs.telephony)
        analysisMicros = bounded(costs.analysis)
    }
}
