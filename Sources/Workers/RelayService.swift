import Process
import Service
import Store

/// Brings the log into Redis. On one bench's loop alone; that is why `@unchecked` holds.
final class RelayService: @unchecked Sendable {
    private let bench: Workbench
    private let log: Log
    private var relay: Relay?

    init(at bench: Workbench, _ log: Log) {
        self.bench = bench
        self.log = log
    }

    var statistics: RelayStatistics? { relay?.statistics }

    func run(_ shift: Shift) async {
        shift.ready()
        await shift.withBell(on: bench.loop) { bell in
            guard let events = await EventLog.find(through: bench.postgres, log, until: bell) else { return }
            let relay = Relay(events, from: bench.postgres, to: bench.redis, observe: RelaySeen.observer(log))
            self.relay = relay
            await withDiscardingTaskGroup { group in
                group.addTask(executorPreference: bench.loop) { await relay.run() }
                await shift.untilOver()
                relay.stop()
            }
        }
    }
}
