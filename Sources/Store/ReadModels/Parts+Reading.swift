import Crypto
import Domain
import Postgres
import Wire

extension TurnState {
    /// From a row of `CallColumns.turns`.
    static func read(_ row: PostgresRow) throws -> (call: UUID, id: TurnID, TurnState) {
        var reader = RowReader(row)
        let (call, id) = (try reader.next(UUID.self), try reader.id(TurnID.self))
        _ = try reader.next(UUID.self)
        var turn = TurnState(began: Instant(try reader.next(Timestamp.self)))
        let (endedAt, silence, endpointing) = (try reader.instant(), try reader.span(), try reader.span())
        let (saidAt, segment) = (try reader.instant(), try reader.id(SegmentID?.self))
        let final = try reader.span()
        let (tokenAt, reply) = (try reader.instant(), try reader.id(ReplyID?.self))
        let token = try reader.span()
        let (soundAt, utterance) = (try reader.instant(), try reader.id(UtteranceID?.self))
        let (voice, sent, perceived) = (try reader.span(), try reader.span(), try reader.span())
        let (sensedAt, score) = (try reader.instant(), try reader.score())
        turn.isInterrupted = try reader.next(Bool?.self)
        let reason = try reader.word(TurnEnd.self)
        let (provider, model) = (try reader.next(String?.self), try reader.next(String?.self))
        let label = try reader.word(Sentiment.self)
        if let endedAt, let reason {
            turn.end = Ended(at: endedAt, reason: reason, silence: silence, endpointing: endpointing)
        }
        if let saidAt, let segment { turn.said = Said(at: saidAt, segment: segment, finalAfter: final) }
        if let tokenAt, let reply, let token, let provider, let model {
            turn.token = FirstToken(at: tokenAt, reply: reply, took: token, provider: provider, model: model)
        }
        if let soundAt, let utterance {
            turn.sound = FirstSound(
                at: soundAt, utterance: utterance, voiceFirstByte: voice, firstAudioSent: sent, perceived: perceived)
        }
        if let sensedAt, let score, let label { turn.sentiment = Sensed(at: sensedAt, score: score, label: label) }
        return (call, id, turn)
    }
}

extension SegmentState {
    /// From a row of `CallColumns.segments`.
    static func read(_ row: PostgresRow) throws -> (call: UUID, id: SegmentID, SegmentState) {
        var reader = RowReader(row)
        let (call, id) = (try reader.next(UUID.self), try reader.id(SegmentID.self))
        _ = try reader.next(UUID.self)
        let turn = try reader.id(TurnID?.self)
        _ = try reader.instant()  // when it began, which follows
        let (startedAt, interruptedAt, endedAt) = (try reader.instant(), try reader.instant(), try reader.instant())
        let (mediaStart, mediaEnd) = (try reader.span(), try reader.span())
        let (heard, total) = (try reader.span(), try reader.span())
        let (confidence, isInterrupted) = (try reader.fraction(), try reader.next(Bool?.self))
        guard let speaker = try reader.word(Speaker.self) else { throw ReadModelIsForeign(what: "segment of nobody") }
        var segment = SegmentState(speaker: speaker)
        segment.turn = turn
        (segment.startedAt, segment.interruptedAt, segment.endedAt) = (startedAt, interruptedAt, endedAt)
        (segment.mediaStart, segment.mediaEnd) = (mediaStart, mediaEnd)
        (segment.heardFor, segment.totalFor) = (heard, total)
        (segment.confidence, segment.isInterrupted) = (confidence, isInterrupted)
        segment.language = try reader.next(String?.self)
        segment.provider = try reader.next(String?.self)
        segment.text = try reader.personal()
        return (call, id, segment)
    }
}

extension ToolUseState {
    /// From a row of `CallColumns.toolUses`.
    static func read(_ row: PostgresRow) throws -> (call: UUID, id: ToolCallID, ToolUseState) {
        var reader = RowReader(row)
        let (call, id) = (try reader.next(UUID.self), try reader.id(ToolCallID.self))
        _ = try reader.next(UUID.self)
        let (turn, reply) = (try reader.id(TurnID?.self), try reader.id(ReplyID?.self))
        let (calledAt, finishedAt) = (try reader.instant(), try reader.instant())
        let (took, status) = (try reader.span(), try reader.number())
        let (calledVersion, version) = (try reader.next(Int32?.self), try reader.next(Int32?.self))
        var use = ToolUseState(name: try reader.next(String.self))
        (use.turn, use.reply) = (turn, reply)
        (use.calledAt, use.calledVersion) = (calledAt, calledVersion)
        let (outcome, fault) = (try reader.word(Outcome.self), try reader.word(ToolFault.self))
        if let finishedAt, let version, let outcome {
            use.finish = Finish(
                at: finishedAt, version: version, outcome: outcome, fault: fault, status: status, took: took)
        }
        return (call, id, use)
    }
}
