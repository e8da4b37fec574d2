package import Domain

/// What came of one group of calls.
package struct FigureRow: Hashable, Sendable {
    /// How long a stage took, in milliseconds: each percentile is off by no more than `LatencyBuckets.errorMax` of it.
    package struct Latency: Hashable, Sendable {
        package let turns: Int64
        package let p50: Int64
        package let p90: Int64
        package let p95: Int64
        package let p99: Int64
    }

    package struct Cost: Hashable, Sendable {
        package let currency: String
        package let measures: CallMeasures

        package var total: Int64 {
            measures.hearingMicros + measures.thinkingMicros + measures.voiceMicros + measures.telephonyMicros
                + measures.analysisMicros
        }
    }

    /// Which part of the period.
    package let part: Int
    /// Of the question's dimensions, in their order; nil where it is not known.
    package let values: [String?]
    package let measures: CallMeasures
    package var costs: [Cost] = []
    package var latencies: [LatencyStage: Latency] = [:]
    /// How many turns were in which mood.
    package var moods: [Sentiment: Int64] = [:]

    package init(part: Int, values: [String?], measures: CallMeasures) {
        self.part = part
        self.values = values
        self.measures = measures
    }
}
