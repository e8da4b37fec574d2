package import Domain

extension AgentConfiguration {
    /// Puts what is the agent's own in the place of what is usual.
    package func settle(_ call: inout ConversationSettings) {
        call.lines.greeting = greeting
        call.voice.rate = rate
        call.tools = tools.map(\.definition)
        setTimes(of: &call)
    }

    /// What a call of another version would have been told with this one: everything of the agent's is this version's, and the house
    /// and its providers are those of that call.
    package func settings(inPlaceOf old: ConversationSettings, voicemail: String?) -> ConversationSettings {
        func ordered<Link>(_ links: [Link], _ kind: Chain, _ name: (Link) -> String) -> [Link] {
            let wanted = chain(kind).compactMap { wanted in links.first { name($0) == wanted } }
            return wanted.isEmpty ? links : wanted
        }
        var new = ConversationSettings(
            call: old.call, direction: old.direction, recognizers: ordered(old.recognizers, .stt) { $0 },
            models: ordered(old.models, .llm, \.provider), voices: ordered(old.voices, .tts, \.provider))
        if let voice { new.voices = new.voices.map { VoiceName(provider: $0.provider, voice: voice) } }
        new.playout = old.playout
        (new.loadsContext, new.scoresSentiment) = (old.loadsContext, old.scoresSentiment)
        settle(&new)
        new.lines.voicemail = voicemail
        return new
    }
}

extension AgentTool {
    package var definition: ToolDefinition {
        ToolDefinition(name: name, mode: isBackground ? .background : .awaited, timeout: timeout, filler: filler)
    }
}
