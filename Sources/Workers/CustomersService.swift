import Process
import Service
import Store

/// Keeps the rows of customers up to date. On one bench's loop alone; that is why `@unchecked` holds.
final class CustomersService: @unchecked Sendable {
    private let bench: Workbench
    private let log: Log
    private let consumer = CustomersConsumer()
    private var worker: ConsumerWorker?

    init(at bench: Workbench, _ log: Log) {
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
