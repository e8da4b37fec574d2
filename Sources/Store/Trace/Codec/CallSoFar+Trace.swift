import Domain

extension CallSoFar: Traced {
    func write(to trace: inout TraceWriter) {
        messages.write(to: &trace)
        answeredAt.write(to: &trace)
        lostAt.write(to: &trace)
        hasSpoken.write(to: &trace)
        owed.write(to: &trace)
        count.write(to: &trace)
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        self.init(
            messages: try [Message](from: &trace), answeredAt: try Instant?(from: &trace),
            lostAt: try Instant(from: &trace), hasSpoken: try Bool(from: &trace), owed: try Owed(from: &trace),
            count: try Int(from: &trace))
    }
}

extension CallSoFar.Owed: Traced {
    func write(to trace: inout TraceWriter) {
        switch self {
        case .nothing: trace.byte(0)
        case .words(let rest):
            trace.byte(1)
            rest.write(to: &trace)
        case .reply(let turn):
            trace.byte(2)
            turn.write(to: &trace)
        }
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        switch try trace.byte() {
        case 0: self = .nothing
        case 1: self = .words(try Private(from: &trace))
        case 2: self = .reply(try TurnID?(from: &trace))
        default: throw .meaningless("what is owed")
        }
    }
}

extension Message: Traced {
    func write(to trace: inout TraceWriter) {
        switch self {
        case .caller(let turn, let text):
            trace.byte(0)
            turn.write(to: &trace)
            text.write(to: &trace)
        case .pressed(let keys):
            trace.byte(1)
            keys.write(to: &trace)
        case .agent(let utterance, let text, let isInterrupted):
            trace.byte(2)
            utterance.write(to: &trace)
            text.write(to: &trace)
            isInterrupted.write(to: &trace)
        case .toolCalled(let tool, let key, let name, let arguments):
            trace.byte(3)
            tool.write(to: &trace)
            key.write(to: &trace)
            name.write(to: &trace)
            arguments.write(to: &trace)
        case .toolReturned(let tool, let key, let result):
            trace.byte(4)
            tool.write(to: &trace)
            key.write(to: &trace)
            result.write(to: &trace)
        case .toolFailed(let tool, let key, let fault):
            trace.byte(5)
            tool.write(to: &trace)
            key.write(to: &trace)
            fault.write(to: &trace)
        case .note(let text):
            trace.byte(6)
            text.write(to: &trace)
        }
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        switch try trace.byte() {
        case 0: self = .caller(try TurnID(from: &trace), try Private(from: &trace))
        case 1: self = .pressed(try Private(from: &trace))
        case 2:
            self = .agent(
                try UtteranceID(from: &trace), try Private(from: &trace), isInterrupted: try Bool(from: &trace))
        case 3:
            self = .toolCalled(
                try ToolCallID(from: &trace), key: try String(from: &trace), name: try String(from: &trace),
                try Private(from: &trace))
        case 4:
            self = .toolReturned(try ToolCallID(from: &trace), key: try String(from: &trace), try Private(from: &trace))
        case 5:
            self = .toolFailed(
                try ToolCallID(from: &trace), key: try String(from: &trace), try ToolFault(from: &trace))
        case 6: self = .note(try Private(from: &trace))
        default: throw .meaningless("a message")
        }
    }
}
