/// What a caller waits for in a turn, stage by stage. The numbers stand in tables: they are never given anew.
package enum LatencyStage: Int, Hashable, Sendable, CaseIterable {
    case endpointing = 0
    case hearing = 1
    case thinking = 2
    case voice = 3
    case firstSound = 4
    /// All of it, as the caller perceives it.
    case perceived = 5

    package var name: String {
        switch self {
        case .endpointing: "endpointing"
        case .hearing: "stt_final"
        case .thinking: "llm_first_token"
        case .voice: "tts_first_byte"
        case .firstSound: "first_audio_sent"
        case .perceived: "perceived"
        }
    }
}

extension TurnState {
    package func latency(of stage: LatencyStage) -> Milliseconds? {
        switch stage {
        case .endpointing: end?.endpointing
        case .hearing: said?.finalAfter
        case .thinking: token?.took
        case .voice: sound?.voiceFirstByte
        case .firstSound: sound?.firstAudioSent
        case .perceived: sound?.perceived
        }
    }
}
