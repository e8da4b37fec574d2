import Loop
import Process
import Service
import Store

/// Keeps the read model of calls up to date: works for the version that is live, and goes over to another one when an operator
/// has. On one bench's loop alone; that is why `@unchecked` holds.
final class CallsService: @unchecked Sendable {
    /// How often it is looked which version is live.
    static let rhythm = Duration.seconds(2)

    private let bench: Workbench
    private let log: Log
    private let sealing: Sealing?
    private var workers: [ConsumerName: ConsumerWorker] = [:]

    init(at bench: Workbench, _ sealing: Sealing?, _ log: Log) {
        self.sealing = sealing
        self.bench = bench
        self.log = log
    }

    var statistics: [(ConsumerName, ConsumerStatistics)] { workers.map { ($0.key, $0.value.statistics) } }

    func run(_ shift: Shift) async {
        shift.ready()
        await shift.withBell(on: bench.loop) { bell in
            guard let events = await EventLog.find(through: bench.postgres, log, until: bell) else { return }
            await withDiscardingTaskGroup { group in
                repeat {
                    do {
                        begin(try await liveVersion(), events, &group)
                    } catch {
                        log.warn("live_version_unknown", .error(error))
                    }
                } while await bell.pause(for: Self.rhythm)
                for worker in workers.values { worker.stop() }
            }
        }
    }

    private func liveVersion() async throws -> ConsumerName {
        let live = try await Rebuild.liveVersions(through: .pool(bench.postgres))
        let first = CallsConsumer().name
        return live.first { $0.name == first.name } ?? first
    }

    private func begin(_ name: ConsumerName, _ events: EventLog, _ group: inout DiscardingTaskGroup) {
        guard workers[name] == nil else { return }
        for worker in workers.values { worker.stop() }
        let worker = ConsumerWorker(
            CallsConsumer(version: name.version, sealing: sealing), of: events, bench.postgres, redis: bench.redis,
            observe: ConsumersSeen.observer(log, of: name))
        workers = [name: worker]
        log.info("consumer_begins", .id("consumer", Token(name.name)), .count("version", Int(name.version)))
        group.addTask(executorPreference: bench.loop) { await worker.run() }
    }
}
