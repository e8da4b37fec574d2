import Process
import Service
import Store

/// Works for one consumer as long as the process lives. On one bench's loop alone; that is why `@unchecked` holds.
final class ConsumerService: @unchecked Sendable {
    private let consumer: any Consumer
    private let bench: Workbench
    private let log: Log
    private var worker: ConsumerWorker?

    init(_ consumer: any Consumer, at bench: Workbench, _ log: Log) {
        self.consumer = consumer
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
            await withDiscardingTaskGroup { group in
                group.addTask(executorPreference: bench.loop) { await worker.run() }
                await shift.untilOver()
                worker.stop()
            }
        }
    }
}
