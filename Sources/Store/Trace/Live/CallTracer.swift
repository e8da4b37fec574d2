package import Domain

/// Writes down what happens to one call's conversation. It is there when the conversation begins, costs a few bytes for each input, and
/// hands them on in pieces. On its call's loop alone.
package final class CallTracer {
    private let take: (_ piece: [UInt8]) -> Bool
    private var steps: StepWriter
    private var pieceBegan: Instant
    private var isOver = false
    /// The trace has ended early; the call goes on without.
    package private(set) var isCut = false

    /// `take` gets the pieces in order, and answers whether it will have more.
    package init(_ opening: TraceOpening, _ take: @escaping (_ piece: [UInt8]) -> Bool) {
        self.take = take
        steps = StepWriter(from: opening.startedAt)
        pieceBegan = opening.startedAt
        give(.opening, opening.bytes)
    }

    /// What was handed in, and what came of it.
    package func took(_ input: Input, at instant: Instant, _ effects: [Effect]) {
        guard !isCut else { return }
        steps.add(input, at: instant, effects)
        let isDue = instant.since(pieceBegan) >= Milliseconds(TraceLimits.pieceTime)
        guard isDue || isOver || steps.size >= TraceLimits.pieceBytes else { return }
        pieceBegan = instant
        flush()
        if isOver { tellEnd() }
    }

    /// The call is over. What its tools still tell is written down as well.
    package func over() {
        guard !isOver, !isCut else { return }
        isOver = true
        flush()
        tellEnd()
    }

    private func tellEnd() {
        var end = TraceWriter(shares: false)
        end.count(steps.steps)
        end.fixed(steps.effectsDigest)
        give(.over, end.take())
    }

    private func flush() { if steps.size > 0 { give(.steps, steps.take()) } }

    private func give(_ piece: TracePiece, _ bytes: [UInt8]) {
        if !isCut, !take([piece.rawValue] + bytes) { isCut = true }
    }
}
