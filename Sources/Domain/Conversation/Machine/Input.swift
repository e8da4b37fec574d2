/// What can happen to a live call. Ids say which reply, utterance or tool is meant: what comes for one that is over, or was
/// never ordered, finds nobody and changes nothing.
package enum Input: Hashable, Sendable {
    // MARK: - Time

    /// The time that `wake` asked for has come. Early or late does no harm: every input looks at the time first.
    case due

    // MARK: - The carrier

    case answered(AnsweredBy?)
    case mediaStarted(media: String, codec: AudioCodec, sampleRate: Int)
    /// The media connection is gone, and may come back.
    case mediaLost(MediaReason)
    /// The carrier has played everything before this mark.
    case marked(MarkNumber)
    case keyed(Private<String>, mediaAt: Milliseconds?)
    case machineDetected(Verdict, took: Milliseconds?)
    case hungUp(HangUp)
    case transferBridged(TransferID)
    /// Before the bridge it failed; after it the human leg has ended.
    case transferEnded(TransferID, TransferEnd)

    // MARK: - The caller's sound

    case heard(CallerFrame)
    case partial(Transcript)
    case final(Transcript)
    /// The recognizer's own opinion: how likely it is that the caller has finished.
    case endOfTurn(RecognizerNumber, Fraction)

    // MARK: - The model

    case token(ReplyID, String)
    case toolAsked(ReplyID, ToolRequest)
    case replied(ReplyID, ReplyOutcome)

    // MARK: - The voice

    /// More sound of a sentence has arrived; the length of what is new.
    case voiced(UtteranceID, sentence: Int, Milliseconds)
    /// When the words of a sentence are said, counted from its first sound.
    case timed(UtteranceID, sentence: Int, [WordTime])
    case voiceEnded(UtteranceID, sentence: Int)

    // MARK: - Tools, memory, sentiment

    case toolReturned(ToolCallID, Private<Freeform>)
    case toolFailed(ToolCallID, ToolFault, status: Int?)
    case contextLoaded(ContextLoaded, Private<String>)
    case sentimentScored(TurnID, Score, Sentiment, model: String, took: Milliseconds?)

    // MARK: - Providers

    case failed(Peer, ProviderFault, status: Int?)
    case recovered(ProviderKind, provider: String, downFor: Milliseconds?)

    // MARK: - Control

    case control(Control)
    /// The call was another process' until now; nothing comes before this.
    case tookOver(CallSoFar)
}

extension Input {
    /// What waits for what, if inputs must wait at all. The lesser goes first.
    package enum Priority: Int, Comparable, CaseIterable, Sendable {
        case control
        case carrier
        case work
        case audio

        package static func < (left: Priority, right: Priority) -> Bool { left.rawValue < right.rawValue }
    }

    package var priority: Priority {
        switch self {
        case .control: .control
        case .answered, .mediaStarted, .mediaLost, .marked, .keyed, .machineDetected, .hungUp, .transferBridged,
            .transferEnded, .tookOver:
            .carrier
        case .heard: .audio
        default: .work
        }
    }
}
