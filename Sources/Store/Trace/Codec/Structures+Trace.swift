import Domain

// What inputs are made of, field by field, in the order in which it is read again.

extension Word: Traced {
    func write(to trace: inout TraceWriter) {
        text.write(to: &trace)
        startedAt.write(to: &trace)
        // A word is short, and a number as well then.
        (endedAt - startedAt).write(to: &trace)
        confidence.write(to: &trace)
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        let text = try Private<String>(from: &trace)
        let startedAt = try Milliseconds(from: &trace)
        self.init(
            text: text, startedAt: startedAt, endedAt: startedAt + (try Milliseconds(from: &trace)),
            confidence: try Fraction?(from: &trace))
    }
}

extension WordTime: Traced {
    func write(to trace: inout TraceWriter) {
        text.write(to: &trace)
        endsAt.write(to: &trace)
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        self.init(text: try Private(from: &trace), endsAt: try Milliseconds(from: &trace))
    }
}

extension Transcript: Traced {
    func write(to trace: inout TraceWriter) {
        recognizer.write(to: &trace)
        text.write(to: &trace)
        confidence.write(to: &trace)
        startedAt.write(to: &trace)
        endedAt.write(to: &trace)
        words.write(to: &trace)
        language.write(to: &trace)
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        self.init(
            recognizer: try RecognizerNumber(from: &trace), text: try Private(from: &trace),
            confidence: try Fraction?(from: &trace), startedAt: try Milliseconds?(from: &trace),
            endedAt: try Milliseconds?(from: &trace), words: try [Word]?(from: &trace),
            language: try String?(from: &trace))
    }
}

extension CallerFrame: Traced {
    func write(to trace: inout TraceWriter) {
        mediaAt.write(to: &trace)
        length.write(to: &trace)
        probability.write(to: &trace)
        energy.write(to: &trace)
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        self.init(
            mediaAt: try Milliseconds(from: &trace), length: try Milliseconds(from: &trace),
            probability: try Fraction(from: &trace), energy: try Fraction?(from: &trace))
    }
}

extension HangUp: Traced {
    func write(to trace: inout TraceWriter) {
        cause.write(to: &trace)
        source.write(to: &trace)
        carrierCause.write(to: &trace)
        carrierSource.write(to: &trace)
        sipCode.write(to: &trace)
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        self.init(
            cause: try Cause(from: &trace), source: try Source(from: &trace), carrierCause: try String?(from: &trace),
            carrierSource: try String?(from: &trace), sipCode: try Int?(from: &trace))
    }
}

extension ToolRequest: Traced {
    func write(to trace: inout TraceWriter) {
        key.write(to: &trace)
        name.write(to: &trace)
        arguments.write(to: &trace)
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        self.init(
            key: try String(from: &trace), name: try String(from: &trace), arguments: try Private(from: &trace))
    }
}

extension ReplyOutcome: Traced {
    func write(to trace: inout TraceWriter) {
        finish.write(to: &trace)
        tokensIn.write(to: &trace)
        tokensOut.write(to: &trace)
        tokensCached.write(to: &trace)
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        self.init(
            finish: try FinishReason(from: &trace), tokensIn: try Int?(from: &trace), tokensOut: try Int?(from: &trace),
            tokensCached: try Int?(from: &trace))
    }
}

extension RecalledMemory: Traced {
    func write(to trace: inout TraceWriter) {
        memory.write(to: &trace)
        version.write(to: &trace)
        similarity.write(to: &trace)
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        self.init(
            memory: try MemoryID(from: &trace), version: try Int?(from: &trace), similarity: try Score?(from: &trace))
    }
}

extension RecalledPattern: Traced {
    func write(to trace: inout TraceWriter) {
        pattern.write(to: &trace)
        similarity.write(to: &trace)
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        self.init(pattern: try PatternID(from: &trace), similarity: try Score?(from: &trace))
    }
}

/// But for its source, which the input's own code says.
extension ContextLoaded: Traced {
    func write(to trace: inout TraceWriter) {
        memories.write(to: &trace)
        patterns.write(to: &trace)
        took.write(to: &trace)
        embeddingSpace.write(to: &trace)
        customer.write(to: &trace)
        outcome.write(to: &trace)
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        self.init(
            memories: try [RecalledMemory](from: &trace), patterns: try [RecalledPattern](from: &trace),
            took: try Milliseconds?(from: &trace), embeddingSpace: try String?(from: &trace),
            customer: try CustomerID?(from: &trace), outcome: try ContextOutcome?(from: &trace))
    }
}

extension Peer: Traced {
    func write(to trace: inout TraceWriter) {
        switch self {
        case .recognizer(let number):
            trace.byte(0)
            number.write(to: &trace)
        case .model(let reply):
            trace.byte(1)
            reply.write(to: &trace)
        case .voice(let utterance, let sentence):
            trace.byte(2)
            utterance.write(to: &trace)
            sentence.write(to: &trace)
        }
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        switch try trace.byte() {
        case 0: self = .recognizer(try RecognizerNumber(from: &trace))
        case 1: self = .model(try ReplyID(from: &trace))
        case 2: self = .voice(try UtteranceID(from: &trace), sentence: try Int(from: &trace))
        default: throw .meaningless("a provider's stream")
        }
    }
}

extension Expected: Traced {
    func write(to trace: inout TraceWriter) {
        switch self {
        case .anything: trace.byte(0)
        case .yesOrNo: trace.byte(1)
        case .digits(let count):
            trace.byte(2)
            count.write(to: &trace)
        case .email: trace.byte(3)
        }
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        switch try trace.byte() {
        case 0: self = .anything
        case 1: self = .yesOrNo
        case 2: self = .digits(try Int?(from: &trace))
        case 3: self = .email
        default: throw .meaningless("an expectation")
        }
    }
}

extension Control: Traced {
    func write(to trace: inout TraceWriter) {
        switch self {
        case .interrupt: trace.byte(0)
        case .cancel: trace.byte(1)
        case .emergencyStop: trace.byte(2)
        case .say(let text, let isInterruptible):
            trace.byte(3)
            text.write(to: &trace)
            isInterruptible.write(to: &trace)
        case .inject(let text, let replies):
            trace.byte(4)
            text.write(to: &trace)
            replies.write(to: &trace)
        case .mute: trace.byte(5)
        case .unmute: trace.byte(6)
        case .expect(let expected):
            trace.byte(7)
            expected.write(to: &trace)
        case .sendKeys(let keys):
            trace.byte(8)
            keys.write(to: &trace)
        case .transfer(let target, let mode):
            trace.byte(9)
            target.write(to: &trace)
            mode.write(to: &trace)
        case .hangUp: trace.byte(10)
        case .letGo: trace.byte(11)
        }
    }

    init(from trace: inout TraceReader) throws(TraceFault) {
        switch try trace.byte() {
        case 0: self = .interrupt
        case 1: self = .cancel
        case 2: self = .emergencyStop
        case 3: self = .say(try Private(from: &trace), isInterruptible: try Bool(from: &trace))
        case 4: self = .inject(try Private(from: &trace), replies: try Bool(from: &trace))
        case 5: self = .mute
        case 6: self = .unmute
        case 7: self = .expect(try Expected(from: &trace))
        case 8: self = .sendKeys(try Private(from: &trace))
        case 9: self = .transfer(target: try Private(from: &trace), try TransferMode(from: &trace))
        case 10: self = .hangUp
        case 11: self = .letGo
        default: throw .meaningless("an order")
        }
    }
}
