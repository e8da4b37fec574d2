import Domain

extension Input {
    /// What an input is called in a trace. A number keeps its meaning for ever; new kinds get new ones.
    enum TraceCode: UInt8, CaseIterable {
        /// A frame like nearly all of them, in the short form that `TraceSteps` knows.
        case frame = 0
        case due = 1
        case answered = 2
        case mediaStarted = 3
        case mediaLost = 4
        case marked = 5
        case keyed = 6
        case machineDetected = 7
        case hungUp = 8
        case transferBridged = 9
        case transferEnded = 10
        case heard = 11
        case partial = 12
        case final = 13
        case endOfTurn = 14
        case token = 15
        case toolAsked = 16
        case replied = 17
        case voiced = 18
        case timed = 19
        case voiceEnded = 20
        case toolReturned = 21
        case toolFailed = 22
        case contextLoaded = 23
        case sentimentScored = 24
        case failed = 25
        case recovered = 26
        case control = 27
        case tookOver = 28
        /// What is known, once the caller's first words have brought more to mind.
        case recalled = 29
    }

    var traceCode: TraceCode {
        switch self {
        case .due: .due
        case .answered: .answered
        case .mediaStarted: .mediaStarted
        case .mediaLost: .mediaLost
        case .marked: .marked
        case .keyed: .keyed
        case .machineDetected: .machineDetected
        case .hungUp: .hungUp
        case .transferBridged: .transferBridged
        case .transferEnded: .transferEnded
        case .heard: .heard
        case .partial: .partial
        case .final: .final
        case .endOfTurn: .endOfTurn
        case .token: .token
        case .toolAsked: .toolAsked
        case .replied: .replied
        case .voiced: .voiced
        case .timed: .timed
        case .voiceEnded: .voiceEnded
        case .toolReturned: .toolReturned
        case .toolFailed: .toolFailed
        case .contextLoaded(let loaded, _): loaded.source == .firstWords ? .recalled : .contextLoaded
        case .sentimentScored: .sentimentScored
        case .failed: .failed
        case .recovered: .recovered
        case .control: .control
        case .tookOver: .tookOver
        }
    }

    func write(to trace: inout TraceWriter) {
        switch self {
        case .due: break
        case .answered(let by): by.write(to: &trace)
        case .mediaStarted(let media, let codec, let rate):
            media.write(to: &trace)
            codec.write(to: &trace)
            rate.write(to: &trace)
        case .mediaLost(let reason): reason.write(to: &trace)
        case .marked(let number): number.write(to: &trace)
        case .keyed(let digits, let place):
            digits.write(to: &trace)
            place.write(to: &trace)
        case .machineDetected(let verdict, let took):
            verdict.write(to: &trace)
            took.write(to: &trace)
        case .hungUp(let hangUp): hangUp.write(to: &trace)
        case .transferBridged(let id): id.write(to: &trace)
        case .transferEnded(let id, let end):
            id.write(to: &trace)
            end.write(to: &trace)
        case .heard(let frame): frame.write(to: &trace)
        case .partial(let transcript): transcript.write(to: &trace)
        case .final(let transcript): transcript.write(to: &trace)
        case .endOfTurn(let recognizer, let probability):
            recognizer.write(to: &trace)
            probability.write(to: &trace)
        case .token(let reply, let text):
            reply.write(to: &trace)
            text.write(to: &trace)
        case .toolAsked(let reply, let request):
            reply.write(to: &trace)
            request.write(to: &trace)
        case .replied(let reply, let outcome):
            reply.write(to: &trace)
            outcome.write(to: &trace)
        case .voiced(let utterance, let sentence, let length):
            utterance.write(to: &trace)
            sentence.write(to: &trace)
            length.write(to: &trace)
        case .timed(let utterance, let sentence, let words):
            utterance.write(to: &trace)
            sentence.write(to: &trace)
            words.write(to: &trace)
        case .voiceEnded(let utterance, let sentence):
            utterance.write(to: &trace)
            sentence.write(to: &trace)
        case .toolReturned(let tool, let result):
            tool.write(to: &trace)
            result.write(to: &trace)
        case .toolFailed(let tool, let fault, let status):
            tool.write(to: &trace)
            fault.write(to: &trace)
            status.write(to: &trace)
        case .contextLoaded(let loaded, let text):
            loaded.write(to: &trace)
            text.write(to: &trace)
        case .sentimentScored(let turn, let score, let label, let model, let took):
            turn.write(to: &trace)
            score.write(to: &trace)
            label.write(to: &trace)
            model.write(to: &trace)
            took.write(to: &trace)
        case .failed(let peer, let fault, let status):
            peer.write(to: &trace)
            fault.write(to: &trace)
            status.write(to: &trace)
        case .recovered(let kind, let provider, let downFor):
            kind.write(to: &trace)
            provider.write(to: &trace)
            downFor.write(to: &trace)
        case .control(let control): control.write(to: &trace)
        case .tookOver(let past): past.write(to: &trace)
        }
    }

    init(_ code: TraceCode, from trace: inout TraceReader) throws(TraceFault) {
        switch code {
        case .frame: throw .meaningless("a frame without its place")
        case .due: self = .due
        case .answered: self = .answered(try AnsweredBy?(from: &trace))
        case .mediaStarted:
            self = .mediaStarted(
                media: try String(from: &trace), codec: try AudioCodec(from: &trace), sampleRate: try Int(from: &trace))
        case .mediaLost: self = .mediaLost(try MediaReason(from: &trace))
        case .marked: self = .marked(try MarkNumber(from: &trace))
        case .keyed: self = .keyed(try Private(from: &trace), mediaAt: try Milliseconds?(from: &trace))
        case .machineDetected: self = .machineDetected(try Verdict(from: &trace), took: try Milliseconds?(from: &trace))
        case .hungUp: self = .hungUp(try HangUp(from: &trace))
        case .transferBridged: self = .transferBridged(try TransferID(from: &trace))
        case .transferEnded: self = .transferEnded(try TransferID(from: &trace), try TransferEnd(from: &trace))
        case .heard: self = .heard(try CallerFrame(from: &trace))
        case .partial: self = .partial(try Transcript(from: &trace))
        case .final: self = .final(try Transcript(from: &trace))
        case .endOfTurn: self = .endOfTurn(try RecognizerNumber(from: &trace), try Fraction(from: &trace))
        case .token: self = .token(try ReplyID(from: &trace), try String(from: &trace))
        case .toolAsked: self = .toolAsked(try ReplyID(from: &trace), try ToolRequest(from: &trace))
        case .replied: self = .replied(try ReplyID(from: &trace), try ReplyOutcome(from: &trace))
        case .voiced:
            self = .voiced(
                try UtteranceID(from: &trace), sentence: try Int(from: &trace), try Milliseconds(from: &trace))
        case .timed:
            self = .timed(
                try UtteranceID(from: &trace), sentence: try Int(from: &trace), try [WordTime](from: &trace))
        case .voiceEnded: self = .voiceEnded(try UtteranceID(from: &trace), sentence: try Int(from: &trace))
        case .toolReturned: self = .toolReturned(try ToolCallID(from: &trace), try Private(from: &trace))
        case .toolFailed:
            self = .toolFailed(
                try ToolCallID(from: &trace), try ToolFault(from: &trace), status: try Int?(from: &trace))
        case .contextLoaded: self = .contextLoaded(try ContextLoaded(from: &trace), try Private(from: &trace))
        case .recalled:
            var loaded = try ContextLoaded(from: &trace)
            loaded.source = .firstWords
            self = .contextLoaded(loaded, try Private(from: &trace))
        case .sentimentScored:
            self = .sentimentScored(
                try TurnID(from: &trace), try Score(from: &trace), try Sentiment(from: &trace),
                model: try String(from: &trace), took: try Milliseconds?(from: &trace))
        case .failed:
            self = .failed(
                try Peer(from: &trace), try ProviderFault(from: &trace), status: try Int?(from: &trace))
        case .recovered:
            self = .recovered(
                try ProviderKind(from: &trace), provider: try String(from: &trace),
                downFor: try Milliseconds?(from: &trace))
        case .control: self = .control(try Control(from: &trace))
        case .tookOver: self = .tookOver(try CallSoFar(from: &trace))
        }
    }
}
