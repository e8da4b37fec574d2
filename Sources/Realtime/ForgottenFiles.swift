import Domain
import Loop
import Process
import Service
import Store

/// Removes what this machine's disk and Redis hold of calls whose caller was forgotten: soon after that, and what was missed once a minute.
///
/// Whatever is named by its call belongs into `shelves`. On one bench's loop alone; that is why `@unchecked` holds.
final class ForgottenFiles: @unchecked Sendable {
    static let rhythm = Duration.seconds(60)

    private let bench: Workbench
    private let shelves: [any CallFiles]
    private let log: Log

    init(at bench: Workbench, _ shelves: [any CallFiles], _ log: Log) {
        (self.bench, self.shelves, self.log) = (bench, shelves, log)
    }

    func run(_ shift: Shift) async {
        shift.ready()
        await shift.withBell(on: bench.loop) { bell in
            await withDiscardingTaskGroup { group in
                group.addTask(executorPreference: bench.loop) { [bench] in
                    await ErrandBell(bench.redis, for: .forgetting).listen { bell.ring() }
                }
                repeat { await sweep() } while await bell.wait(atMost: Self.rhythm)
                group.cancelAll()
            }
        }
    }

    private func sweep() async {
        do {
            for shelf in shelves {
                let kept = try await shelf.calls()
                let gone = try await ForgottenCalls.among(kept, through: bench.postgres)
                if gone.isEmpty { continue }
                try await shelf.forget(gone)
                log.info("files_of_forgotten_calls_removed", .count("calls", gone.count))
            }
        } catch {
            log.warn("forgotten_files_not_looked_for", .error(error))
        }
    }
}
