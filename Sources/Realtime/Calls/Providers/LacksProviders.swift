import Service

/// What no call can be carried without.
enum LacksProviders: String, Hashable, Sendable, Harmless {
    case hearing = "nobody hears: set DEEPGRAM_API_KEY, or install libpocketsphinx3 and pocketsphinx-en-us"
    case thinking = "nobody thinks: set GROQ_API_KEY, OPENAI_API_KEY, or OWN_MODEL_URL and OWN_MODEL"
    case speaking = "nobody speaks: set CARTESIA_API_KEY, or install libflite1"

    var description: String { rawValue }
}
