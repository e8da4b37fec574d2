import Domain

extension Input {
    /// What a carrier told of a live call, for those things that its sound does not tell by itself. Keys come with the sound, and
    /// so does what begins and ends it.
    init?(_ fact: CallEvent) {
        switch fact {
        case .callEnded(let end): self = .hungUp(HangUp(end))
        case .machineDetected(let detected): self = .machineDetected(detected.verdict, took: detected.took)
        case .transferBridged(let bridged): self = .transferBridged(bridged.transfer)
        case .transferEnded(let ended): self = .transferEnded(ended.transfer, ended.reason)
        default: return nil
        }
    }
}

extension HangUp {
    fileprivate init(_ end: CallEnded) {
        self.init(
            cause: .normal, source: .unknown, carrierCause: end.hangupCause, carrierSource: end.hangupSource,
            sipCode: end.sipCode)
    }
}
