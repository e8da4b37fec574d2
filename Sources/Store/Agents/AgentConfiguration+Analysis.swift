package import Domain

extension AgentConfiguration {
    /// What its calls are looked at for when they are over.
    package var analysis: AnalysisPlan {
        let analysis = settings["analysis"]
        return AnalysisPlan(
            criteria: Self.objects(analysis?["success_criteria"]).compactMap { entry in
                guard case .string(let word)? = entry["kind"], let kind = SuccessCriterion.Kind(rawValue: word) else {
                    return nil
                }
                return SuccessCriterion(kind, anyOf: Self.texts(entry["any_of"]))
            },
            intents: Self.objects(analysis?["intents"]).compactMap { entry in
                guard case .string(let name)? = entry["name"] else { return nil }
                return IntentWords(name, Self.texts(entry["phrases"]))
            },
            fields: analysis?["extract"].map { ExtractionSchema($0).fields } ?? [])
    }

    private static func objects(_ value: Freeform?) -> [Freeform] {
        if case .array(let all)? = value { all } else { [] }
    }

    private static func texts(_ value: Freeform?) -> [String] {
        objects(value).compactMap { if case .string(let text) = $0 { text } else { nil } }
    }
}
