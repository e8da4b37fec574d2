package import Service

/// Keys of the providers that hear, think and speak, and where they are reached. Each key is optional: an agent can use what
/// has one. Another address leads to another region, a server of one's own, or a simulator.
package struct ProviderSettings: Sendable {
    package let deepgram: Secret?
    package let cartesia: Secret?
    package let elevenLabs: Secret?
    package let groq: Secret?
    package let openAI: Secret?
    package let google: Secret?
    package let azureSpeech: Secret?
    package let azureRegion: String?
    package let deepgramURL: Endpoint
    package let deepgramModel: String
    package let cartesiaURL: Endpoint
    package let cartesiaModel: String
    package let cartesiaVoice: String
    package let groqURL: Endpoint
    package let groqModel: String
    package let openAIURL: Endpoint
    package let openAIModel: String
    /// A server of OpenAI's protocol that needs no key, such as Ollama or llama.cpp.
    package let ownModelURL: Endpoint?
    package let ownModel: String?

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
        deepgramURL = reader.read(
            "DEEPGRAM_URL", as: .endpoint("wss", "ws"), else: .always("wss://api.deepgram.com"),
            "Where Deepgram is reached.")
        deepgramModel = reader.read("DEEPGRAM_MODEL", as: .model, else: .always("nova-3"), "Which of Deepgram's hears.")
        cartesiaURL = reader.read(
            "CARTESIA_URL", as: .endpoint("wss", "ws"), else: .always("wss://api.cartesia.ai"),
            "Where Cartesia is reached.")
        cartesiaModel = reader.read(
            "CARTESIA_MODEL", as: .model, else: .always("sonic-3"), "Which of Cartesia's speaks.")
        cartesiaVoice = reader.read(
            "CARTESIA_VOICE", as: .text("the id of a voice", example: "a0e99841-438c-4a64-b679-ae501e7d6091"),
            else: .always("a0e99841-438c-4a64-b679-ae501e7d6091"), "The voice of agents that name none.")
        groqURL = reader.read(
            "GROQ_URL", as: .endpoint("https", "http"), else: .always("https://api.groq.com/openai/v1"),
            "Where Groq is reached, up to /chat/completions.")
        groqModel = reader.read(
            "GROQ_MODEL", as: .model, else: .always("llama-3.3-70b-versatile"), "Which of Groq's thinks.")
        openAIURL = reader.read(
            "OPENAI_URL", as: .endpoint("https", "http"), else: .always("https://api.openai.com/v1"),
            "Where OpenAI is reached, up to /chat/completions.")
        openAIModel = reader.read(
            "OPENAI_MODEL", as: .model, else: .always("gpt-4.1-mini"), "Which of OpenAI's thinks.")
        ownModelURL = reader.find(
            "OWN_MODEL_URL", as: .endpoint("https", "http"),
            "Where a model of one's own is reached, up to /chat/completions: http://127.0.0.1:11434/v1 for Ollama.")
        ownModel = reader.find("OWN_MODEL", as: .model, "How the model of one's own is called.")
    }
}

extension SettingKind where Value == String {
    fileprivate static var model: Self { .text("the name of a model", example: "gpt-4.1-mini") }
}
