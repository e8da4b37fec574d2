import Domain
import Wire

extension JobRuled: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            job: try fields("job_id"),
            kind: try fields("kind")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("job_id", job)
        json.put("kind", kind)
    }
}

extension LetterRuled: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            letter: try fields("letter_id"),
            consumer: try fields("consumer"),
            event: try fields("event_id")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("letter_id", letter)
        json.put("consumer", consumer)
        json.put("event_id", event)
    }
}

extension ToolSecretRotated: Fieldwise {
    init(_ fields: Fields) throws(CodecError) { self.init() }

    func write(to json: inout JSONWriter) {}
}

extension AnalysisRunRequested: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            run: try fields("run_id"),
            name: try fields("name"),
            way: AnalysisWay(try fields("analyst"), by: try fields("plan")),
            from: try fields("from_us"),
            to: try fields("to_us"),
            agent: try fields.optional("agent_id")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("run_id", run)
        json.put("name", name)
        json.put("analyst", way.analyst)
        json.put("plan", way.plan)
        json.put("from_us", from)
        json.put("to_us", to)
        json.put("agent_id", agent)
    }
}

extension AnalysisRunChosen: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            choice: try fields("choice"),
            run: try fields.optional("run_id"),
            from: try fields("from_us")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("choice", choice)
        json.put("run_id", run)
        json.put("from_us", from)
    }
}
