import Domain
import Loop
import Providers
import Service

/// Who gives texts their places in this process: looked for when the first memory wants one, because the weights are 90 MB that a
/// house without memories need not read. On one loop alone, which is why `@unchecked` holds.
final class MemoryEmbedder: @unchecked Sendable {
    struct Made: Sendable {
        let embedder: any Embedder
        /// The network, and not what stands in for it.
        let isWhole: Bool
    }

    private let folder: String?
    private let loop: Loop
    private let log: Log
    private var making: Task<Made, any Error>?
    private(set) var isMade = false

    init(_ settings: LocalSettings, on loop: Loop, _ log: Log) {
        (folder, self.loop, self.log) = (settings.models, loop, log)
    }

    func make() async throws -> Made {
        loop.checkIsolated()
        let task = making ?? Task(executorPreference: loop) { [folder, log] in try await Self.find(folder, log) }
        making = task
        do {
            let made = try await task.value
            isMade = true
            return made
        } catch {
            making = nil
            throw error
        }
    }

    private static func find(_ folder: String?, _ log: Log) async throws -> Made {
        let lane = try Lane(name: "memories")
        return try await lane.run {
            do throws(WeightsFault) {
                guard let folder else { throw .noFolder }
                return Made(embedder: try MiniLMEmbedder(folder: folder, on: lane), isWhole: true)
            } catch {
                log.error("memories_by_shared_words", .harmless("why", error))
                return Made(embedder: HashedEmbedder(), isWhole: false)
            }
        }
    }
}
