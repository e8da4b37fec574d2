import Domain

/// What the golden files of versions that are no longer written mean today.
enum OldSamples {
    static let facts: [EventType: [Int16: Fact]] = [
        .callEnded: [1: .call(.callEnded(callEnded1))],
        .agentSpoke: [1: .call(.agentSpoke(agentSpoke1))],
        .memoryRemembered: [1: .memory(.memoryRemembered(memoryRemembered1))],
    ]

    /// It named no fault owner.
    private static let callEnded1 = CallEnded(
        reason: .voiceFailed, faultOwner: .provider, hangupCause: "normal_clearing", duration: 9100, isBillable: false)

    /// It named no whole length; the caller heard it to its end.
    private static let agentSpoke1 = AgentSpoke(
        utterance: UtteranceID(value: 0x0198c5a2_7a00_7000_8000_0000000000b1), generated: Private("How can I help?"),
        heard: Private("How can I help?"), heardFor: 1210, totalFor: 1210, isInterrupted: false, voice: "sonic-ana",
        provider: "cartesia")

    /// One kind fewer, and nothing beside it.
    private static let memoryRemembered1 = MemoryRemembered(
        memory: MemoryID(value: 0x0198c5a2_7a00_7000_8000_0000000000a5), kind: .preference,
        content: Private("Prefers to be called in the morning."), relevance: Fraction(0.8),
        provenance: Provenance(
            call: CallID(value: 0x0198c5a2_7a00_7000_8000_0000000000a0), version: 41,
            events: [EventID(value: 0x0198c5a2_7a00_7000_8000_0000000000e1)]))
}
