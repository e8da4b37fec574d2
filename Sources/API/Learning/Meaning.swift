import Domain
import Loop
import Providers
import Service

/// Says what texts mean that are looked for: as points, by the same weights as those who reckon them for what was said. Read when
/// somebody first asks, since most processes are never asked.
actor Meaning {
    private let settings: LocalSettings
    private let log: Log
    private var finding: Task<LocalEmbedding, any Error>?

    init(_ settings: LocalSettings, _ log: Log) { (self.settings, self.log) = (settings, log) }

    /// Nil where it can't be said: words alone decide then.
    func point(of text: Private<String>, on loop: Loop) async -> Embedding? {
        do {
            return try await found(on: loop).embedder.embed([text]).first
        } catch {
            log.warn("meaning_not_found", .error(error))
            return nil
        }
    }

    private func found(on loop: Loop) async throws -> LocalEmbedding {
        if let finding { return try await finding.value }
        let task = Task(executorPreference: loop) { [settings] in
            await LocalEmbedding.find(settings, on: try Lane(name: "embed"))
        }
        finding = task
        return try await task.value
    }
}
