/// What a call adds to its organization's counters. A call that changed adds what it is now and takes away what it was, so
/// that counters are right without counting again.
package struct CallTotals: Hashable, Sendable {
    package var calls: Int64 = 0
    package var queued: Int64 = 0
    package var ringing: Int64 = 0
    package var inProgress: Int64 = 0
    package var transferring: Int64 = 0
    package var inbound: Int64 = 0
    package var outbound: Int64 = 0
    package var answered: Int64 = 0
    package var ended: Int64 = 0
    /// Put down to the carrier, a provider or us.
    package var failed: Int64 = 0
    package var durationMS: Int64 = 0
    package var turns: Int64 = 0
    package var toolUses: Int64 = 0
    package var interruptions: Int64 = 0
    package var errors: Int64 = 0
    package var fallbacks: Int64 = 0

    package init() {}

    package init(_ call: CallState) {
        calls = 1
        switch call.status {
        case .queued: queued = 1
        case .ringing: ringing = 1
        case .inProgress: inProgress = 1
        case .transferring: transferring = 1
        case .ended: ended = 1
        }
        switch call.origin?.value.direction {
        case .inbound: inbound = 1
        case .outbound: outbound = 1
        case nil: break
        }
        answered = call.answer == nil ? 0 : 1
        failed = call.end?.value.isFailure == true ? 1 : 0
        // Absurd lengths must not make the sum overflow.
        durationMS = min(max(call.duration?.count ?? 0, 0), Self.durationMax)
        turns = Int64(call.turnCount)
        toolUses = Int64(call.toolUseCount)
        interruptions = Int64(call.interruptionCount)
        errors = Int64(call.errorCount)
        fallbacks = Int64(call.fallbackCount)
    }

    /// A call of a month counts as one.
    package static let durationMax: Int64 = 31 * 86_400_000

    package static let fields: [any WritableKeyPath<CallTotals, Int64> & Sendable] = [
        \.calls, \.queued, \.ringing, \.inProgress, \.transferring, \.inbound, \.outbound, \.answered, \.ended,
        \.failed, \.durationMS, \.turns, \.toolUses, \.interruptions, \.errors, \.fallbacks,
    ]

    package static func += (left: inout CallTotals, right: CallTotals) {
        for field in fields { left[keyPath: field] += right[keyPath: field] }
    }

    package static func -= (left: inout CallTotals, right: CallTotals) {
        for field in fields { left[keyPath: field] -= right[keyPath: field] }
    }

    package var isZero: Bool { self == CallTotals() }
}

extension CallEnded {
    /// Neither the caller's nor the callee's wish, nor an end that we chose.
    fileprivate var isFailure: Bool {
        switch faultOwner {
        case .caller, .callee: false
        case .carrier, .provider: true
        case .us:
            switch reason {
            case .agentHungUp, .transferred, .stopped: false
            default: true
            }
        }
    }
}
