/// What an agent may be set to.
enum AgentLimits {
    static let name = 1...200
    static let language = 2...35
    static let systemPrompt = 1...20_000
    static let firstMessage = 0...2_000
    static let toneRules = 0...20
    static let toneRule = 1...500

    static let voice = 1...100
    static let style = 1...100
    static let speed = 0.5...2.0
    static let pitch = -1.0...1.0
    static let volume = 0.0...2.0

    static let chain = 1...5
    static let model = 1...100
    static let priority = 1...100

    static let tools = 0...32
    static let toolName = 1...64
    static let toolDescription = 1...1_000
    static let toolTimeout = 100...60_000
    static let filler = 1...200
    static let url = 9...2_000
    /// Of a tool's parameters, as JSON.
    static let parametersBytesMax = 16_384

    static let silence = 100...5_000
    static let speculation = 0...2_000
    static let interruptionSpeech = 50...5_000
    static let interruptionWords = 1...10
    static let inactivity = 1_000...120_000
    static let duration = 10_000...14_400_000

    /// Ten years.
    static let retentionDays = 1...3_650

    static let criteria = 0...10
    static let intents = 0...50
    static let intentName = 1...64
    static let phrases = 1...50
    /// Of a criterion, what may do.
    static let anyOf = 0...50
    static let phrase = 1...200
    /// Of what is to be extracted, as JSON.
    static let extractionBytesMax = 16_384
}
