import Journal
import Loop
import Process
import Service
import Store

/// Has the journal and the way into the log. On one bench's loop alone; that is why `@unchecked` holds.
///
/// A journal that can't be opened or whose disk fails makes the process degraded: calls go on, with events that only memory
/// holds until the log has them.
final class RecorderService: @unchecked Sendable {
    static let check = "journal"
    /// How often a folder is tried that can't be used: another process may yet be ending in it.
    static let rhythm = Duration.seconds(1)

    struct Figures: Sendable {
        let recorder: RecorderStatistics
        let appending: AppendStatistics
        let journal: JournalStatistics?
    }

    let recorder: EventRecorder
    private let bench: Workbench
    private let folder: String
    private let log: Log
    private let health: HealthBoard
    private var isTold = false

    init(at bench: Workbench, in folder: String, _ log: Log, _ health: HealthBoard) {
        self.bench = bench
        self.folder = folder
        self.log = log
        self.health = health
        health.expect(Self.check, .useful)
        let bell = LogBell(bench.postgres, bench.redis)
        let tell = AppendSeen.observer(log)
        recorder = EventRecorder(bench.postgres, observe: RecorderSeen.observer(log)) { happening in
            tell(happening)
            if case .stored = happening { bell.ring() }
        }
    }

    var figures: Figures {
        Figures(recorder: recorder.statistics, appending: recorder.appending, journal: recorder.journaling)
    }

    func run(_ shift: Shift) async {
        await withDiscardingTaskGroup { group in
            group.addTask(executorPreference: bench.loop) { [recorder] in await recorder.run() }
            let journal = await keepOpen(shift)
            recorder.stop()
            // What the log does not take by then is in the journal, if that takes it.
            await recorder.untilOver()
            await journal?.close()
        }
    }

    private func keepOpen(_ shift: Shift) async -> Journal? {
        var journal: Journal?
        await shift.withBell(on: bench.loop) { bell in
            while true {
                journal = await open()
                shift.ready()
                if journal != nil { break }
                guard await bell.pause(for: Self.rhythm) else { return }
            }
            await shift.untilOver()
        }
        return journal
    }

    private func open() async -> Journal? {
        let (tell, health) = (JournalSeen.observer(log), health)
        do {
            let journal = try await Journal.open(folder, on: bench.loop) { happening in
                tell(happening)
                switch happening {
                case .failing(let error): health.report(Self.check, .down(Reason(JournalFails(error))))
                case .mended: health.report(Self.check, .up)
                case .letGo, .trimmed, .trimFailed: break
                }
            }
            tellFound(journal.recovery)
            health.report(Self.check, .up)
            recorder.attach(journal)
            return journal
        } catch let error as JournalError {
            notOpened(error, Reason(error))
        } catch {
            notOpened(error, "the journal can't be opened")
        }
        return nil
    }

    private func notOpened(_ error: any Error, _ reason: Reason) {
        if !isTold { log.error("journal_not_opened", .error(error)) }
        isTold = true
        health.report(Self.check, .down(reason))
    }

    private func tellFound(_ found: JournalRecovery) {
        log.info(
            "journal_opened", .count("records", found.records), .count("segments", found.segments),
            .count("torn_bytes", found.tornBytes))
        for damage in found.damages {
            log.error("journal_damaged", .count("offset", damage.offset), .count("missing", damage.missing.count))
        }
    }
}
