import Journal
import Process
import Providers
import Service
import Store

/// The traces of this process's calls. A disk that does not take them makes the process degraded, and stops no call.
struct CallTraces: Sendable {
    static let check = "traces"

    /// Nil where the settings want none.
    let shelf: TraceShelf?

    init(_ settings: RealtimeSettings, _ sealing: Sealing?, _ station: Station) throws {
        guard let folder = settings.traces.folder else {
            shelf = nil
            station.log.info("traces_off")
            return
        }
        let (tell, health) = (ShelfSeen.observer(station.log), station.health)
        health.expect(Self.check, .useful)
        health.report(Self.check, .up)
        let shelf = try TraceShelf(folder, sealing) { happening in
            tell(happening)
            switch happening {
            case .failing(let error): health.report(Self.check, .degraded(Reason(TracesFail(error))))
            case .mended: health.report(Self.check, .up)
            case .cut, .swept: break
            }
        }
        self.shelf = shelf
        station.metrics.collect { ShelfSeen.collect(shelf.statistics, &$0) }
    }

    /// Until no call is left; then what they left is brought to the disk.
    func run(_ shift: Shift) async {
        shift.ready()
        await shift.untilOver()
        do { try await shelf?.close() } catch { return }
    }
}
