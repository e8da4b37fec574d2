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
