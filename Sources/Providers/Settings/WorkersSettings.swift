package import Service

/// The settings of `ledgerline-workers`.
package struct WorkersSettings: Sendable {
    package let house: HouseSettings
    package let jobsAtOnce: Int
    /// How long after its end a call is looked at.
    package let settledAfter: Duration
    package let analyst: Analyst

    /// Who looks at calls that are over.
    package enum Analyst: String, Hashable, Sendable, CaseIterable { case rules, openai, groq, own }

    package init(_ reader: inout SettingsReader) {
        house = HouseSettings(
            &reader, port: ["LEDGERLINE_WORKERS_PORT", "PORT"], else: "8082", "The port for health and metrics.")
        jobsAtOnce = reader.read(
            "LEDGERLINE_JOBS_AT_ONCE", as: .integer(in: 1...1_000), else: .always("16"),
            "How many jobs run at the same time.")
        settledAfter = reader.read(
            "LEDGERLINE_SETTLED_AFTER", as: .duration(in: .zero ... .seconds(3_600)), else: .always("10s"),
            "How long after its end a call is looked at: until then what was under way has come in.")
        analyst = reader.read(
            "LEDGERLINE_ANALYST", as: .choice(of: Analyst.self), else: .always("rules"),
            "Who looks at calls that are over: rules of ours, or a model, which is told what was said in them.")
    }
}

extension ProviderSettings {
    /// The model that looks at calls; nil where it is not set up.
    package func chat(_ analyst: WorkersSettings.Analyst) -> ChatSettings? {
        switch analyst {
        case .rules: nil
        case .openai:
            openAI.map { ChatSettings(name: "openai", url: openAIURL.text, key: $0, model: openAIModel) }
        case .groq: groq.map { ChatSettings(name: "groq", url: groqURL.text, key: $0, model: groqModel) }
        case .own:
            ownModelURL.flatMap { url in
                ownModel.map { ChatSettings(name: "own", url: url.text, key: nil, model: $0, limitName: .older) }
            }
        }
    }
}
