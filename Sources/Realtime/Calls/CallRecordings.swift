import Crypto
import Domain
import Journal
import Loop
import Process
import Providers
import Service
import Store

/// The recordings of this process's calls. A disk that does not take them makes the process degraded, and stops no call. On one bench's
/// loop alone; that is why `@unchecked` holds.
final class CallRecordings: @unchecked Sendable {
    static let check = "recordings"
    /// How often what could not be put away is tried again, and what others left is looked for.
    static let rhythm = Duration.seconds(10)

    let spool: RecordingSpool
    private let bench: Workbench
    private let keeper: RecordingKeeper
    private let bell: Bell

    init(at bench: Workbench, _ settings: RealtimeSettings, _ station: Station) throws {
        self.bench = bench
        let (health, log) = (station.health, station.log)
        health.expect(Self.check, .useful)
        health.report(Self.check, .up)
        let sealing = try settings.house.sealingKey.map { try Sealing(setting: $0.revealed) }
        let bell = Bell(loop: bench.loop)
        self.bell = bell
        let tell = RecordingsSeen.shelfObserver(log)
        spool = try RecordingSpool(settings.house.recordings.folder, sealing) { happening in
            tell(happening)
            switch happening {
            case .failing(let error): health.report(Self.check, .degraded(Reason(RecordingsFail(error))))
            case .mended: health.report(Self.check, .up)
            case .cut, .swept: break
            }
        } ended: {
            bell.ring()
        }
        let (logBell, seen) = (LogBell(bench.postgres, bench.redis), RecordingsSeen.observer(log))
        let ledger = RecordingLedger(bench.postgres, sealing)
        let carry = try settings.house.recordings.store.map {
            try Self.carrier(to: S3Bucket($0, through: bench.http))
        }
        keeper = try RecordingKeeper(
            spool, ledger, seals: settings.house.recordings.isSealed, carry: carry,
            observe: { happening in
                seen(happening)
                if case .stored = happening { logBell.ring() }
            })
    }

    private static func carrier(to bucket: S3Bucket) throws(SystemError) -> RecordingKeeper.Carry {
        let lane = try Lane(name: "carrying")
        return { path, key, byteCount in
            let source = S3Bucket.Source(byteCount: byteCount) { place, count in
                try await lane.run { try KeptFile.read(path, from: place, count: count) }
            }
            try await bucket.put(source, as: key, type: WaveHeader.type)
        }
    }

    var statistics: RecordingStatistics { keeper.statistics }

    /// A new recording of a call, on its way to the disk; nil where that takes none.
    func begin(_ ticket: CallTicket, days: Int) -> RecordingVolume? {
        spool.begin(
            RecordingHead(RecordingID(UUID.v7()), of: ticket.call, ticket.organization, retentionDays: days))
    }

    /// Until no call is left; then what they left is put away, as far as there is time.
    func run(_ shift: Shift) async {
        shift.ready()
        await withDiscardingTaskGroup { group in
            group.addTask(executorPreference: bench.loop) { [bell, keeper] in
                repeat { _ = await keeper.round() } while await bell.wait(atMost: Self.rhythm)
            }
            await shift.untilOver()
            bell.stop()
        }
        _ = await keeper.round()
        do { try await spool.close() } catch { return }
    }
}

/// Why calls are not recorded, for health reports.
struct RecordingsFail: Harmless {
    private let error: SystemError

    init(_ error: SystemError) { self.error = error }

    var description: String {
        "calls go on without recordings (\(error)): free or mend the disk of LEDGERLINE_RECORDINGS"
    }
}
