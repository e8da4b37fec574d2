/// What a live call is told before it begins.
package struct ConversationSettings: Hashable, Sendable {
    package var call: CallID
    package var direction: Direction
    /// In the order in which they are tried.
    package var recognizers: [String]
    package var models: [ModelName]
    package var voices: [VoiceName]
    package var tools: [ToolDefinition] = []
    package var lines = Lines()
    package var hearing = HearingSettings()
    package var endpointing = EndpointingSettings()
    package var interruption = InterruptionSettings()
    package var playout = PlayoutSettings()
    package var voice = VoiceSettings()
    package var liveness = LivenessSettings()
    /// Ask for what is known of the customer.
    package var loadsContext = true
    package var scoresSentiment = true

    package init(
        call: CallID, direction: Direction, recognizers: [String], models: [ModelName], voices: [VoiceName]
    ) {
        self.call = call
        self.direction = direction
        self.recognizers = recognizers
        self.models = models
        self.voices = voices
    }
}
