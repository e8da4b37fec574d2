/// `interruption.dismissed`: there was sound over our speech, and we went on.
package struct InterruptionDismissed: Hashable, Sendable {
    package var utterance: UtteranceID
    package var heardFor: Milliseconds
    package var reason: DismissalReason
    package var evidence: SpeechEvidence

    package init(utterance: UtteranceID, heardFor: Milliseconds, reason: DismissalReason, evidence: SpeechEvidence) {
        self.utterance = utterance
        self.heardFor = heardFor
        self.reason = reason
        self.evidence = evidence
    }
}
