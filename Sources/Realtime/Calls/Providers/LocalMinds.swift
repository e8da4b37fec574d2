import Loop
import Providers
import Service

/// Who hears and thinks in this process without any account, looked for once, before it takes calls.
struct LocalMinds: Sendable {
    /// Nil where it is not wanted, or can't be had.
    let hearing: SphinxPool?
    let lacksHearing: SphinxMissing?
    /// Nil where nobody has named a model, or it can't be had.
    let dictation: VoskDesk?
    let lacksDictation: VoskMissing?
    /// Nil where it is not wanted.
    let thinking: LocalReader?
    /// Texts are compared by their words, because of this.
    let lacksEmbeddings: WeightsFault?

    /// Reads files and opens libraries, so on a thread that may wait.
    static func find(_ settings: HouseSettings) async throws -> LocalMinds {
        try await Lane(name: "minds").run { try LocalMinds(settings) }
    }

    init(_ settings: HouseSettings) throws(SystemError) {
        let (local, vendors) = (settings.local, settings.providers)
        func wants(_ hasVendor: Bool) -> Bool { local.engines == .on || local.engines == .auto && !hasVendor }
        let wantsHearing = wants(vendors.deepgram != nil)
        lacksHearing = wantsHearing ? SphinxSettings().missing : nil
        hearing = wantsHearing && lacksHearing == nil ? try SphinxPool() : nil
        let vosk = wantsHearing ? local.vosk : nil
        lacksDictation = vosk?.missing
        dictation = if let vosk, lacksDictation == nil { try VoskDesk(vosk) } else { nil }
        guard wants(vendors.groq != nil || vendors.openAI != nil || vendors.ownModelURL != nil) else {
            (thinking, lacksEmbeddings) = (nil, nil)
            return
        }
        let found = LocalEmbedding(local, on: try Lane(name: "embed"))
        (thinking, lacksEmbeddings) = (LocalReader(found.embedder), found.missing)
    }

    /// Says it where operators look: in readiness and in the log.
    func tell(_ health: HealthBoard, _ log: Log) {
        if hearing != nil || lacksHearing != nil {
            health.expect("local_hearing", .useful)
            health.report("local_hearing", lacksHearing.map { .degraded(Reason($0)) } ?? .up)
            if let lacksHearing { log.error("local_hearing_missing", .harmless("why", lacksHearing)) }
        }
        if dictation != nil || lacksDictation != nil {
            health.expect("local_dictation", .useful)
            health.report("local_dictation", lacksDictation.map { .degraded(Reason($0)) } ?? .up)
            if let lacksDictation { log.error("local_dictation_missing", .harmless("why", lacksDictation)) }
        }
        if thinking != nil {
            health.expect("embeddings", .useful)
            health.report("embeddings", lacksEmbeddings.map { .degraded(Reason($0)) } ?? .up)
            if let lacksEmbeddings { log.error("embeddings_by_shared_words", .harmless("why", lacksEmbeddings)) }
        }
    }
}
