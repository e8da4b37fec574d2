package import Service

/// Keys of the providers that hear, think and speak. Each is optional: an agent can use what has a key.
package struct ProviderSettings: Sendable {
    package let deepgram: Secret?
    package let cartesia: Secret?
    package let elevenLabs: Secret?
    package let groq: Secret?
    package let openAI: Secret?
    package let google: Secret?
    package let azureSpeech: Secret?
    package let azureRegion: String?

    package init(_ reader: inout SettingsReader) {
        deepgram = reader.find("DEEPGRAM_API_KEY", as: .secret(), "Deepgram, for hearing.")
        cartesia = reader.find("CARTESIA_API_KEY", as: .secret(), "Cartesia, for speaking.")
        elevenLabs = reader.find("ELEVENLABS_API_KEY", as: .secret(), "ElevenLabs, for speaking.")
        groq = reader.find("GROQ_API_KEY", as: .secret(), "Groq, for thinking.")
        openAI = reader.find("OPENAI_API_KEY", as: .secret(), "OpenAI, for thinking and for embeddings.")
        google = reader.find(["GOOGLE_API_KEY", "GEMINI_API_KEY"], as: .secret(), "Google, for thinking and speaking.")
        azureSpeech = reader.find("AZURE_SPEECH_KEY", as: .secret(), "Azure, for hearing and speaking.")
        azureRegion = reader.find(
            "AZURE_SPEECH_REGION", as: .text("a region", example: "eastus"), "The region of the Azure key.")
    }
}
