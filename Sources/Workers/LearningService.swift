import Process
import Service
import Store

/// Keeps what is remembered and learned up to date. On one bench's loop alone; that is why `@unchecked` holds.
final class LearningService: @unchecked Sendable {
    private let bench: Workbench
    private let log: Log
    private let consumer: LearningConsumer
    private let remembering = RememberingConsumer()
    private var worker: ConsumerWorker?

    init(at bench: Workbench, _ sealing: Sealing?, _ log: Log) {
        consumer = LearningConsumer(sealing: sealing)
        self.bench = bench
        self.log = log
    }

    var statistics: (ConsumerName, ConsumerStatistics)? { worker.map { (consumer.name, $0.statistics) } }

    func run(_ shift: Shift) async {
        shift.ready()
        await shift.withBell(on: bench.loop) { bell in
            guard let events = await EventLog.find(through: bench.postgres, log, until: bell) else { return }
            let worker = ConsumerWorker(
                consumer, of: events, bench.postgres, redis: bench.redis,
                observe: ConsumersSeen.observer(log, of: consumer.name))
            self.worker = worker
            let rememberer = ConsumerWorker(
                remembering, of: events, bench.postgres, redis: bench.redis,
                observe: ConsumersSeen.observer(log, of: remembering.name))
            await withDiscardingTaskGroup { group in
                group.addTask(executorPreference: bench.loop) { await worker.run() }
                group.addTask(executorPreference: bench.loop) { await rememberer.run() }
                await shift.untilOver()
                worker.stop()
                rememberer.stop()
            }
        }
    }
}
