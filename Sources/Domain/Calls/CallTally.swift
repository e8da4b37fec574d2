/// How many of a call's turns fell into which bucket of which stage's latency, and into which mood. It can be added up and
/// taken away, so that the figures of many calls are the sum of theirs.
package struct CallTally: Hashable, Sendable {
    /// By `code(of:_:)`; never 0.
    package private(set) var counts: [Int: Int64] = [:]

    package init() {}

    package var isEmpty: Bool { counts.isEmpty }

    /// Moods stand behind the stages.
    package static let moods = 6
    package static let bucketsMax = 1024

    package static func code(of stage: LatencyStage, _ span: Milliseconds) -> Int {
        stage.rawValue * bucketsMax + LatencyBuckets.bucket(of: span)
    }

    package static func code(of mood: Sentiment) -> Int { moods * bucketsMax + mood.place }

    package mutating func add(_ count: Int64, of code: Int) {
        let sum = counts[code, default: 0] + count
        counts[code] = sum == 0 ? nil : sum
    }

    package static func += (left: inout CallTally, right: CallTally) {
        for (code, count) in right.counts { left.add(count, of: code) }
    }

    package static func -= (left: inout CallTally, right: CallTally) {
        for (code, count) in right.counts { left.add(-count, of: code) }
    }

    /// A turn is what it is now, and no longer what it was.
    mutating func replace(_ old: TurnState?, by new: TurnState) {
        let (before, after) = (old?.tallyCodes ?? [], new.tallyCodes)
        if before == after { return }
        for code in before { add(-1, of: code) }
        for code in after { add(1, of: code) }
    }
}

extension TurnState {
    fileprivate var tallyCodes: [Int] {
        var codes: [Int] = []
        for stage in LatencyStage.allCases {
            if let span = latency(of: stage) { codes.append(CallTally.code(of: stage, span)) }
        }
        if let sentiment { codes.append(CallTally.code(of: sentiment.label)) }
        return codes
    }
}

extension Sentiment {
    /// Stands in tables: it is never given anew.
    package var place: Int {
        switch self {
        case .positive: 0
        case .neutral: 1
        case .negative: 2
        case .frustrated: 3
        }
    }
}

extension CallTally {
    // MARK: - As numbers

    /// Code and count in one number each, in the order of the codes. Counts may be below zero where they are changes.
    package var numbers: [Int64] {
        counts.sorted { $0.key < $1.key }.map { Int64($0.key) << 32 + $0.value }
    }

    package init(numbers: [Int64]) {
        for number in numbers {
            let code = (number &+ 1 << 31) >> 32
            add(number &- code << 32, of: Int(code))
        }
    }
}
