package import Domain

extension CallReading: Traced {
    func write(to trace: inout TraceWriter) {
        messages.write(to: &trace)
        answeredAt.write(to: &trace)
        lostAt.write(to: &trace)
        count.write(to: &trace)
        hasSpoken.write(to: &trace)
        isOver.write(to: &trace)
        trace.count(words.count)
        for (turn, text) in words.sorted(by: { $0.key.value < $1.key.value }) {
            turn.write(to: &trace)
            text.write(to: &trace)
        }
        open.write(to: &trace)
        lastTurn.write(to: &trace)
        keys.write(to: &trace)
        isHandedOver.write(to: &trace)
        pending.write(to: &trace)
        cancelled.sorted { $0.value < $1.value }.write(to: &trace)
        spoken.write(to: &trace)
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        self.init()
        messages = try [Message](from: &trace)
        answeredAt = try Instant?(from: &trace)
        lostAt = try Instant?(from: &trace)
        count = try Int(from: &trace)
        hasSpoken = try Bool(from: &trace)
        isOver = try Bool(from: &trace)
        for _ in 0..<(try trace.count()) { words[try TurnID(from: &trace)] = try Private(from: &trace) }
        open = try TurnID?(from: &trace)
        lastTurn = try TurnID?(from: &trace)
        keys = try Private(from: &trace)
        isHandedOver = try Bool(from: &trace)
        pending = try [ToolCallID](from: &trace)
        cancelled = Set(try [ReplyID](from: &trace))
        spoken = try Spoken?(from: &trace)
    }

    /// Whoever reads them back can go on as if nothing had been.
    package var bytes: [UInt8] {
        var trace = TraceWriter()
        write(to: &trace)
        return trace.take()
    }

    /// Throws `TraceFault`.
    package init(_ bytes: ArraySlice<UInt8>) throws {
        var trace = TraceReader()
        trace.take(bytes)
        self = try CallReading(from: &trace)
        guard trace.isAtEnd else { throw TraceFault.meaningless("what stands behind a call") }
    }
}

extension CallReading.Spoken: Traced {
    func write(to trace: inout TraceWriter) {
        turn.write(to: &trace)
        reply.write(to: &trace)
        rest.write(to: &trace)
        isInterrupted.write(to: &trace)
        at.write(to: &trace)
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        self.init(
            turn: try TurnID?(from: &trace), reply: try ReplyID?(from: &trace), rest: try Private(from: &trace),
            isInterrupted: try Bool(from: &trace), at: try Instant(from: &trace))
    }
}
