/// All that is known of a call, folded from its facts. The facts may come in any order, and the state is the same.
///
/// With all facts of a stream it is the call at a version: time travel. The read model folds with it too, a batch at a time,
/// and then `turns`, `segments` and `toolUses` hold only those that the batch adds to.
package struct CallState: Hashable, Sendable {
    /// The highest version of the stream that was seen.
    package var version: Int32
    /// The first sign of it, by the clock of the world.
    package var startedAt: Instant

    package var origin: Ranked<CallOrigin>?
    /// The last one: who is dialled again has another.
    package var leg: Ranked<CarrierLeg>?
    /// As it was changed to; from then on the origin's is nobody's any more.
    package var changedMetadata: Ranked<Private<Freeform>>?
    package var requestedAt: Instant?
    package var dialedAt: Instant?
    package var ringingAt: Instant?
    package var answer: Ranked<AnsweredBy?>?
    package var end: Ranked<CallEnded>?
    package var findings: Ranked<CallFindings>?
    package var costs: Ranked<CallSettled>?
    /// What the carrier takes for each leg, by its name; the last word on a leg counts.
    package var charges: [String: Ranked<LegCharge>] = [:]
    /// From then on nothing of it says who it was with, or what was said.
    package var erasedAt: Instant?
    /// Whether each is over.
    package var transfers: [TransferID: Bool] = [:]

    package var turnCount = 0
    package var toolUseCount = 0
    package var interruptionCount = 0
    package var errorCount = 0
    package var fallbackCount = 0
    /// Of its turns' latencies and moods.
    package var tally = CallTally()

    package var turns: [TurnID: TurnState] = [:]
    package var segments: [SegmentID: SegmentState] = [:]
    package var toolUses: [ToolCallID: ToolUseState] = [:]
    /// What the agent knew of the customer. Only time travel asks for it.
    package var context: Ranked<ContextLoaded>?
    /// Likewise: whether it is on hold, and in which queue of the carrier's.
    package var hold: Ranked<Bool>?
    package var place: Ranked<String?>?

    package init(startedAt: Instant) {
        version = 0
        self.startedAt = startedAt
    }

    // MARK: - What follows

    /// What whoever asked for the call keeps with it.
    package var metadata: Private<Freeform>? { changedMetadata?.value ?? origin?.value.metadata }

    package var answeredAt: Instant? { answer?.rank.at }
    package var endedAt: Instant? { end?.rank.at }

    package var status: CallStatus {
        if end != nil { return .ended }
        if transfers.values.contains(false) { return .transferring }
        if answer != nil { return .inProgress }
        return ringingAt != nil ? .ringing : .queued
    }

    /// As we were told, else as far as the times tell. Nil if nobody answered.
    package var duration: Milliseconds? {
        if let told = end?.value.duration { return told }
        guard let answeredAt, let endedAt, endedAt >= answeredAt else { return nil }
        return Milliseconds(endedAt - answeredAt)
    }

    /// Turns in the order in which they began.
    package var turnsInOrder: [(id: TurnID, turn: TurnState)] {
        turns.map { (id: $0.key, turn: $0.value) }.sorted { ($0.turn.began, $0.id) < ($1.turn.began, $1.id) }
    }

    /// Segments in the order in which they began.
    package var transcript: [(id: SegmentID, segment: SegmentState)] {
        segments.map { (id: $0.key, segment: $0.value) }
            .sorted { ($0.segment.began ?? startedAt, $0.id) < ($1.segment.began ?? startedAt, $1.id) }
    }
}
