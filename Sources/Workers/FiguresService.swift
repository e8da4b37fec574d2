import Jobs
import Loop
import Process
import Service
import Store

/// Asks Postgres for what no process counts by itself – how far lanes, consumers and queues are, whoever works at them – and
/// says when a consumer is far behind. On one bench's loop alone; that is why `@unchecked` holds.
final class FiguresService: @unchecked Sendable {
    static let check = "consumers"
    /// Counting jobs reads all that live.
    static let rhythm = Duration.seconds(10)
    /// Who is further behind shows people what is no longer so.
    static let lagMax = 60.0

    struct Figures: Sendable {
        let log: LogFigures
        let lags: [ConsumerLag]
        let parked: [ParkedCount]
        let jobs: [JobCount]

        /// How long the event has waited that waits longest for a version that is live.
        func longestWait(among live: Set<String>) -> Double {
            lags.filter { live.contains($0.consumer) }.map(\.seconds).max() ?? 0
        }
    }

    private let bench: Workbench
    private let log: Log
    private let health: HealthBoard
    private(set) var figures: Figures?

    init(at bench: Workbench, _ log: Log, _ health: HealthBoard) {
        self.bench = bench
        self.log = log
        self.health = health
        health.expect(Self.check, .useful)
        // Nothing is known to be behind; whether Postgres can be asked at all is another check.
        health.report(Self.check, .up)
    }

    func run(_ shift: Shift) async {
        shift.ready()
        await shift.withBell(on: bench.loop) { bell in
            guard let events = await EventLog.find(through: bench.postgres, log, until: bell) else { return }
            repeat {
                do {
                    try await look(at: events)
                } catch {
                    log.warn("figures_not_read", .error(error))
                }
            } while await bell.pause(for: Self.rhythm)
        }
    }

    private func look(at events: EventLog) async throws {
        let source = LogSource.pool(bench.postgres)
        let live = Set(try await Rebuild.liveVersions(through: source).map(\.description))
        let fresh = Figures(
            log: try await LogFigures.read(of: events, through: source),
            lags: try await ConsumerLag.read(through: source), parked: try await ParkedCount.read(through: source),
            jobs: try await JobBoard(bench.postgres).counts())
        figures = fresh
        let isBehind = fresh.longestWait(among: live) > Self.lagMax
        health.report(Self.check, isBehind ? .degraded("a consumer is more than a minute behind") : .up)
    }
}
