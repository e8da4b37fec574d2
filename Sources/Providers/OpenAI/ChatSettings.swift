import Domain
package import Service

/// How a server of OpenAI's chat protocol is reached: OpenAI, Groq, Ollama, llama.cpp, vLLM and others.
package struct ChatSettings: Sendable {
    /// How the limit of an answer is called: OpenAI's reasoning models refuse the older name, others know no newer one.
    package enum LimitName: String, Sendable {
        case current = "max_completion_tokens"
        case older = "max_tokens"
    }

    /// Under which it is known to logs and breakers.
    package var name: String
    /// Ends before `/chat/completions`.
    package var url: String
    package var key: Secret?
    package var model: String
    package var limitName: LimitName
    package var deadlines = StreamDeadlines()

    package init(
        name: String = "openai", url: String = "https://api.openai.com/v1", key: Secret?, model: String,
        limitName: LimitName = .current
    ) {
        (self.name, self.url, self.key, self.model, self.limitName) = (name, url, key, model, limitName)
    }
}
