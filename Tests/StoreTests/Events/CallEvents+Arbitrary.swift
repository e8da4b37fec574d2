import Domain

extension CarrierLeg: Arbitrary {
    static func any(_ dice: inout Dice) -> CarrierLeg {
        CarrierLeg(carrier: .any(&dice), control: .any(&dice), session: .any(&dice), leg: .any(&dice))
    }
}

extension Word: Arbitrary {
    static func any(_ dice: inout Dice) -> Word {
        Word(text: .any(&dice), startedAt: .any(&dice), endedAt: .any(&dice), confidence: .any(&dice))
    }
}

extension RecalledMemory: Arbitrary {
    static func any(_ dice: inout Dice) -> RecalledMemory {
        RecalledMemory(memory: .any(&dice), version: .any(&dice), similarity: .any(&dice))
    }
}

extension RecalledPattern: Arbitrary {
    static func any(_ dice: inout Dice) -> RecalledPattern {
        RecalledPattern(pattern: .any(&dice), similarity: .any(&dice))
    }
}

extension EndpointingInputs: Arbitrary {
    static func any(_ dice: inout Dice) -> EndpointingInputs {
        EndpointingInputs(
            silenceThreshold: .any(&dice), speech: .any(&dice), wordCount: .any(&dice), endProbability: .any(&dice),
            endThreshold: .any(&dice), completeness: .any(&dice), expected: .any(&dice), usualPause: .any(&dice))
    }
}

extension SpeechEvidence: Arbitrary {
    static func any(_ dice: inout Dice) -> SpeechEvidence {
        SpeechEvidence(speech: .any(&dice), wordCount: .any(&dice), probability: .any(&dice), text: .any(&dice))
    }
}

extension Provenance: Arbitrary {
    static func any(_ dice: inout Dice) -> Provenance {
        Provenance(call: .any(&dice), version: .any(&dice), events: .any(&dice))
    }
}

extension CallRequested: Arbitrary {
    static func any(_ dice: inout Dice) -> CallRequested {
        CallRequested(
            direction: .any(&dice), from: .any(&dice), to: .any(&dice), agent: .any(&dice), agentVersion: .any(&dice),
            customer: .any(&dice), campaign: .any(&dice), metadata: .any(&dice), variables: .any(&dice))
    }
}

extension CallChanged: Arbitrary {
    static func any(_ dice: inout Dice) -> CallChanged { CallChanged(metadata: .any(&dice)) }
}

extension CallDialed: Arbitrary {
    static func any(_ dice: inout Dice) -> CallDialed {
        CallDialed(leg: .any(&dice))
    }
}

extension CallRinging: Arbitrary {
    static func any(_ dice: inout Dice) -> CallRinging {
        CallRinging(leg: .any(&dice))
    }
}

extension CallReceived: Arbitrary {
    static func any(_ dice: inout Dice) -> CallReceived {
        CallReceived(
            from: .any(&dice), to: .any(&dice), leg: .any(&dice), agent: .any(&dice), agentVersion: .any(&dice),
            customer: .any(&dice))
    }
}

extension CallAnswered: Arbitrary {
    static func any(_ dice: inout Dice) -> CallAnswered {
        CallAnswered(answeredBy: .any(&dice), at: .any(&dice))
    }
}

extension MachineDetected: Arbitrary {
    static func any(_ dice: inout Dice) -> MachineDetected {
        MachineDetected(verdict: .any(&dice), took: .any(&dice))
    }
}

extension MediaStarted: Arbitrary {
    static func any(_ dice: inout Dice) -> MediaStarted {
        MediaStarted(media: .any(&dice), codec: .any(&dice), sampleRate: .any(&dice))
    }
}

extension MediaLost: Arbitrary {
    static func any(_ dice: inout Dice) -> MediaLost {
        MediaLost(media: .any(&dice), reason: .any(&dice))
    }
}

extension MediaResumed: Arbitrary {
    static func any(_ dice: inout Dice) -> MediaResumed {
        MediaResumed(media: .any(&dice), codec: .any(&dice), sampleRate: .any(&dice), gap: .any(&dice))
    }
}

extension MediaStopped: Arbitrary {
    static func any(_ dice: inout Dice) -> MediaStopped {
        MediaStopped(media: .any(&dice), reason: .any(&dice), framesIn: .any(&dice), framesOut: .any(&dice))
    }
}

extension ContextLoaded: Arbitrary {
    static func any(_ dice: inout Dice) -> ContextLoaded {
        ContextLoaded(
            memories: .any(&dice), patterns: .any(&dice), took: .any(&dice), embeddingSpace: .any(&dice),
            customer: .any(&dice), outcome: .any(&dice), source: .any(&dice))
    }
}

extension CallerStartedSpeaking: Arbitrary {
    static func any(_ dice: inout Dice) -> CallerStartedSpeaking {
        CallerStartedSpeaking(mediaAt: .any(&dice), probability: .any(&dice), energy: .any(&dice))
    }
}

extension CallerStoppedSpeaking: Arbitrary {
    static func any(_ dice: inout Dice) -> CallerStoppedSpeaking {
        CallerStoppedSpeaking(mediaAt: .any(&dice), probability: .any(&dice), energy: .any(&dice))
    }
}

extension CallerSaid: Arbitrary {
    static func any(_ dice: inout Dice) -> CallerSaid {
        CallerSaid(
            turn: .any(&dice), text: .any(&dice), confidence: .any(&dice), startedAt: .any(&dice), endedAt: .any(&dice),
            finalAfter: .any(&dice), words: .any(&dice), provider: .any(&dice), language: .any(&dice))
    }
}

extension TurnEnded: Arbitrary {
    static func any(_ dice: inout Dice) -> TurnEnded {
        TurnEnded(
            turn: .any(&dice), reason: .any(&dice), silence: .any(&dice), endpointing: .any(&dice), inputs: .any(&dice))
    }
}

extension SentimentScored: Arbitrary {
    static func any(_ dice: inout Dice) -> SentimentScored {
        SentimentScored(
            turn: .any(&dice), score: .any(&dice), label: .any(&dice), model: .any(&dice), took: .any(&dice))
    }
}

extension ReplyRequested: Arbitrary {
    static func any(_ dice: inout Dice) -> ReplyRequested {
        ReplyRequested(
            reply: .any(&dice), turn: .any(&dice), provider: .any(&dice), model: .any(&dice), tokensIn: .any(&dice))
    }
}

extension ReplyFirstToken: Arbitrary {
    static func any(_ dice: inout Dice) -> ReplyFirstToken {
        ReplyFirstToken(
            reply: .any(&dice), turn: .any(&dice), provider: .any(&dice), model: .any(&dice), took: .any(&dice))
    }
}

extension ReplyFinished: Arbitrary {
    static func any(_ dice: inout Dice) -> ReplyFinished {
        ReplyFinished(
            reply: .any(&dice), turn: .any(&dice), provider: .any(&dice), model: .any(&dice), tokensIn: .any(&dice),
            tokensOut: .any(&dice), tokensCached: .any(&dice), took: .any(&dice), finish: .any(&dice))
    }
}

extension AgentStartedSpeaking: Arbitrary {
    static func any(_ dice: inout Dice) -> AgentStartedSpeaking {
        AgentStartedSpeaking(
            utterance: .any(&dice), turn: .any(&dice), reply: .any(&dice), firstSentence: .any(&dice),
            voiceFirstByte: .any(&dice), firstAudioSent: .any(&dice), perceived: .any(&dice))
    }
}

extension AgentSpoke: Arbitrary {
    static func any(_ dice: inout Dice) -> AgentSpoke {
        AgentSpoke(
            utterance: .any(&dice), turn: .any(&dice), reply: .any(&dice), generated: .any(&dice), heard: .any(&dice),
            heardFor: .any(&dice), totalFor: .any(&dice), isInterrupted: .any(&dice), voice: .any(&dice),
            provider: .any(&dice))
    }
}

extension AgentInterrupted: Arbitrary {
    static func any(_ dice: inout Dice) -> AgentInterrupted {
        AgentInterrupted(
            utterance: .any(&dice), turn: .any(&dice), heardFor: .any(&dice), stoppedAfter: .any(&dice),
            evidence: .any(&dice))
    }
}

extension InterruptionDismissed: Arbitrary {
    static func any(_ dice: inout Dice) -> InterruptionDismissed {
        InterruptionDismissed(utterance: .any(&dice), heardFor: .any(&dice), reason: .any(&dice), evidence: .any(&dice))
    }
}

extension ToolCalled: Arbitrary {
    static func any(_ dice: inout Dice) -> ToolCalled {
        ToolCalled(
            toolCall: .any(&dice), reply: .any(&dice), turn: .any(&dice), name: .any(&dice), arguments: .any(&dice),
            idempotencyKey: .any(&dice))
    }
}

extension ToolReturned: Arbitrary {
    static func any(_ dice: inout Dice) -> ToolReturned {
        ToolReturned(toolCall: .any(&dice), name: .any(&dice), result: .any(&dice), took: .any(&dice))
    }
}

extension ToolFailed: Arbitrary {
    static func any(_ dice: inout Dice) -> ToolFailed {
        ToolFailed(toolCall: .any(&dice), name: .any(&dice), fault: .any(&dice), status: .any(&dice), took: .any(&dice))
    }
}

extension DTMFReceived: Arbitrary {
    static func any(_ dice: inout Dice) -> DTMFReceived {
        DTMFReceived(digits: .any(&dice), mediaAt: .any(&dice))
    }
}

extension DTMFSent: Arbitrary {
    static func any(_ dice: inout Dice) -> DTMFSent {
        DTMFSent(digits: .any(&dice), mediaAt: .any(&dice))
    }
}

extension ProviderFailed: Arbitrary {
    static func any(_ dice: inout Dice) -> ProviderFailed {
        ProviderFailed(
            kind: .any(&dice), provider: .any(&dice), fault: .any(&dice), status: .any(&dice), turn: .any(&dice))
    }
}

extension ProviderFellBack: Arbitrary {
    static func any(_ dice: inout Dice) -> ProviderFellBack {
        ProviderFellBack(
            kind: .any(&dice), provider: .any(&dice), next: .any(&dice), fault: .any(&dice), turn: .any(&dice),
            took: .any(&dice))
    }
}

extension ProviderRecovered: Arbitrary {
    static func any(_ dice: inout Dice) -> ProviderRecovered {
        ProviderRecovered(kind: .any(&dice), provider: .any(&dice), downFor: .any(&dice))
    }
}

extension TransferStarted: Arbitrary {
    static func any(_ dice: inout Dice) -> TransferStarted {
        TransferStarted(transfer: .any(&dice), target: .any(&dice), mode: .any(&dice))
    }
}

extension TransferBridged: Arbitrary {
    static func any(_ dice: inout Dice) -> TransferBridged {
        TransferBridged(transfer: .any(&dice), target: .any(&dice), mode: .any(&dice), took: .any(&dice))
    }
}

extension TransferEnded: Arbitrary {
    static func any(_ dice: inout Dice) -> TransferEnded {
        TransferEnded(transfer: .any(&dice), target: .any(&dice), mode: .any(&dice), reason: .any(&dice))
    }
}

extension RecordingStarted: Arbitrary {
    static func any(_ dice: inout Dice) -> RecordingStarted {
        RecordingStarted(recording: .any(&dice), channels: .any(&dice))
    }
}

extension RecordingStored: Arbitrary {
    static func any(_ dice: inout Dice) -> RecordingStored {
        RecordingStored(
            recording: .any(&dice), key: .any(&dice), channels: .any(&dice), byteCount: .any(&dice),
            duration: .any(&dice))
    }
}

extension RecordingFailed: Arbitrary {
    static func any(_ dice: inout Dice) -> RecordingFailed {
        RecordingFailed(recording: .any(&dice), reason: .any(&dice))
    }
}

extension CallEnded: Arbitrary {
    static func any(_ dice: inout Dice) -> CallEnded {
        CallEnded(
            reason: .any(&dice), faultOwner: .any(&dice), hangupCause: .any(&dice), hangupSource: .any(&dice),
            sipCode: .any(&dice), duration: .any(&dice), isBillable: .any(&dice))
    }
}

extension CallAnalyzed: Arbitrary {
    static func any(_ dice: inout Dice) -> CallAnalyzed {
        CallAnalyzed(
            summary: .any(&dice), success: .any(&dice), sentiment: .any(&dice), intent: .any(&dice),
            extracted: .any(&dice), model: .any(&dice), promptVersion: .any(&dice), successReason: .any(&dice),
            topics: .any(&dice), trajectory: .any(&dice), events: .any(&dice), run: .any(&dice), handlings: .any(&dice))
    }
}

extension JudgedHandling: Arbitrary {
    static func any(_ dice: inout Dice) -> JudgedHandling {
        JudgedHandling(situation: .any(&dice), move: .any(&dice), events: .any(&dice))
    }
}

extension CallLookChosen: Arbitrary {
    static func any(_ dice: inout Dice) -> CallLookChosen {
        CallLookChosen(
            choice: Int.random(in: 1...9, using: &dice), look: .any(&dice), run: .any(&dice),
            findings: CallFindings(
                summary: .any(&dice), success: .any(&dice), sentiment: .any(&dice), intent: .any(&dice)))
    }
}

extension CallSettled: Arbitrary {
    static func any(_ dice: inout Dice) -> CallSettled {
        CallSettled(
            transcription: .any(&dice), model: .any(&dice), voice: .any(&dice), telephony: .any(&dice),
            analysis: .any(&dice), currency: .any(&dice))
    }
}

extension CallOrdered.Order: Arbitrary {}
extension CallOrdered.Outcome: Arbitrary {}

extension CallOrdered: Arbitrary {
    static func any(_ dice: inout Dice) -> CallOrdered {
        CallOrdered(order: .any(&dice), outcome: .any(&dice))
    }
}

extension CallErased: Arbitrary {
    static func any(_ dice: inout Dice) -> CallErased { CallErased(reason: .any(&dice)) }
}
